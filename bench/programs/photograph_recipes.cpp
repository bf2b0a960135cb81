// Recipes for a new head on a frozen ResNet-50, compared by cross-validation on the training
// photographs; the test photographs are read by the word "test" only.
//   photograph_recipes FOLDER open_nsfw_resnet50_thin.h5 [test]
#include <algorithm>
#include <cstdio>
#include <functional>
#include <linnet/core/random.hpp>
#include <linnet/linnet.hpp>
#include <string>
#include <vector>

#include "../../examples/parts/resnet50_thin.hpp"

namespace {

namespace ln = linnet;

constexpr int kFolds = 4, kSeeds = 5;

struct Rows {
  ln::Tensor x;  // float32 (rows, features)
  ln::Tensor y;  // int32 (rows)
};

struct Recipe {
  std::string name;
  bool all_blocks;  // or the features of the last block alone
  bool tested;      // by the word "test" too
  int epochs;
  ln::Index batch;
  std::function<ln::Model(ln::Index features, ln::Index classes, ln::Index steps)> make;
};

/// Dense alone, Adam: what FINETUNE's Keras program does.
ln::Model plain(ln::Index features, ln::Index classes, ln::Index /*steps*/) {
  const ln::Value x = ln::input({features});
  ln::Model model(x, x | ln::Dense{.units = classes, .activation = "softmax"});
  model.compile({.optimizer = ln::Adam{.learning_rate = 1e-3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

/// What examples/image_classification.cpp does.
ln::Model normalized(ln::Index features, ln::Index classes, ln::Index steps) {
  const ln::Value x = ln::input({features});
  ln::Model model(x, x | ln::BatchNormalization{.momentum = 0.9} | ln::Dropout{.rate = 0.5f} |
                         ln::Dense{.units = classes, .activation = "softmax"});
  const ln::schedules::CosineDecay rate{.initial_learning_rate = 3e-3f, .decay_steps = steps};
  model.compile({.optimizer = ln::AdamW{.learning_rate = rate, .weight_decay = 0.3f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

Rows features_of(const std::string& folder, const ln::Model& net) {
  const ln::Batch all =
      ln::image_dataset_from_directory(folder, {.image_size = {224, 224}, .shuffle = false}).all();
  return {net.predict(std::get<ln::Tensor>(all.x[0]), {.batch_size = 16}),
          std::get<ln::Tensor>(all.y[0]).cast(ln::DType::int32)};
}

/// The last 1,024 features.
Rows last_block(const Rows& from) {
  constexpr ln::Index kWidth = 1024;
  const ln::Index rows = from.x.shape()[0], width = from.x.shape()[1];
  Rows to{ln::Tensor(ln::DType::float32, {rows, kWidth}), from.y};
  const auto x = from.x.data<float>();
  for (ln::Index i = 0; i < rows; ++i) {
    std::copy_n(x.begin() + ((i + 1) * width - kWidth), kWidth,
                to.x.data<float>().begin() + i * kWidth);
  }
  return to;
}

Rows pick(const Rows& from, const std::vector<ln::Index>& rows) {
  const ln::Index width = from.x.shape()[1];
  Rows to{ln::Tensor(ln::DType::float32, {static_cast<ln::Index>(rows.size()), width}),
          ln::Tensor(ln::DType::int32, {static_cast<ln::Index>(rows.size())})};
  for (ln::Index i = 0; i < static_cast<ln::Index>(rows.size()); ++i) {
    const ln::Index row = rows[static_cast<std::size_t>(i)];
    to.x.rows(i, i + 1).assign(from.x.rows(row, row + 1));
    to.y.rows(i, i + 1).assign(from.y.rows(row, row + 1));
  }
  return to;
}

/// The fold of each row: every class in equal parts, drawn by `seed`.
std::vector<int> folds_of(const ln::Tensor& y, std::uint64_t seed) {
  const auto labels = y.data<std::int32_t>();
  const ln::RandomStream random(seed, "folds");
  std::vector<std::size_t> order(labels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair(labels[i], random.uniform(static_cast<std::uint64_t>(i)));
  });
  std::vector<int> folds(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) folds[order[k]] = static_cast<int>(k % kFolds);
  return folds;
}

double accuracy(const Recipe& recipe, const Rows& train, const Rows& test, std::uint64_t seed) {
  ln::set_random_seed(seed);
  const ln::Index rows = train.x.shape()[0],
                  classes = 1 + std::ranges::max(train.y.data<std::int32_t>());
  const ln::Index steps = recipe.epochs * ((rows + recipe.batch - 1) / recipe.batch);
  ln::Model model = recipe.make(train.x.shape()[1], classes, steps);
  model.fit(train.x, train.y, {.epochs = recipe.epochs, .batch_size = recipe.batch});
  return model.evaluate(test.x, test.y)["accuracy"];
}

double cross_validated(const Recipe& recipe, const Rows& rows, std::uint64_t seed) {
  const std::vector<int> folds = folds_of(rows.y, seed);
  double sum = 0;
  for (int k = 0; k < kFolds; ++k) {
    std::vector<ln::Index> train, held;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      (folds[i] == k ? held : train).push_back(static_cast<ln::Index>(i));
    }
    sum += accuracy(recipe, pick(rows, train), pick(rows, held), seed);
  }
  return sum / kFolds;
}

void report(const std::string& name, const char* what, const std::vector<double>& found) {
  double sum = 0;
  for (const double value : found) sum += value;
  std::printf("%-28s %-16s mean %.4f  of", name.c_str(), what,
              sum / static_cast<double>(found.size()));
  for (const double value : found) std::printf(" %.4f", value);
  std::printf("\n");
  std::fflush(stdout);
}

void run(const std::string& folder, const std::string& weights, bool test) {
  const Recipe recipes[] = {
      {"last block, Dense", false, true, 10, 16, plain},
      {"six blocks, Dense", true, false, 10, 16, plain},
      {"last block, normalized", false, false, 30, 48, normalized},
      {"six blocks, normalized", true, true, 30, 48, normalized},
  };
  const ln::Model net = ln::Sequential{example::preprocessing(), example::resnet50_thin(weights)};
  const Rows all = features_of(folder + "/train", net);
  const Rows all_test = test ? features_of(folder + "/test", net) : Rows{};
  for (const Recipe& recipe : recipes) {
    if (test && !recipe.tested) continue;
    const Rows train = recipe.all_blocks ? all : last_block(all);
    const Rows other = test && !recipe.all_blocks ? last_block(all_test) : all_test;
    std::vector<double> found;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      found.push_back(test ? accuracy(recipe, train, other, seed)
                           : cross_validated(recipe, train, seed));
    }
    report(recipe.name, test ? "test" : "4 folds", found);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s FOLDER WEIGHTS.h5 [test]\n", argv[0]);
    return 2;
  }
  try {
    run(argv[1], argv[2], argc > 3 && std::string(argv[3]) == "test");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
