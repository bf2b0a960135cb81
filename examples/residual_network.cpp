// A small residual network on the pictures of clothes of Fashion-MNIST.
//
//   residual_network [FOLDER] [--epochs n] [--rows n] [--seed n] [--validation part]
//                    [--out FOLDER] [--save MODEL]
//
// FOLDER has the four files of the data set (Debian and Ubuntu: the package dataset-fashion-mnist).
// The network of the last epoch is the one that is measured: no test picture has a say in which.
// --validation 0.1 keeps a tenth of the training pictures, to try other settings by; --rows trains
// on the first n only. --out gets learning.svg.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <linnet/linnet.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ln = linnet;

namespace {

constexpr ln::Index kBatch = 64;
constexpr const char* kClasses[] = {"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                    "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};

struct Options {
  std::string folder = "/usr/share/datasets/fashion-mnist";
  std::string out, save;
  int epochs = 8;
  ln::Index rows = 0;  ///< 0: all
  std::uint64_t seed = 1;
  double validation = 0;
};

struct Pictures {
  ln::Tensor x;  ///< float32 (rows, 28, 28, 1), 0 to 255
  ln::Tensor y;  ///< int32 (rows)
};

Pictures read_pictures(const std::string& folder, const std::string& part, ln::Index rows = 0) {
  ln::Tensor x = ln::read_idx(folder + "/" + part + "-images-idx3-ubyte.gz");
  ln::Tensor y = ln::read_idx(folder + "/" + part + "-labels-idx1-ubyte.gz");
  const ln::Index all = x.shape()[0];
  if (rows > 0 && rows < all) x = x.rows(0, rows), y = y.rows(0, rows);
  return {x.cast(ln::DType::float32).reshaped({x.shape()[0], 28, 28, 1}), y.cast(ln::DType::int32)};
}

/// Three residual blocks, each with half the side and, but for the first, twice the channels of
/// what is in front of it.
ln::Model make_model() {
  const ln::Value x = ln::input({28, 28, 1});
  ln::Value y = x | ln::Rescaling{.scale = 1.0f / 255} | ln::RandomFlip{.mode = "horizontal"} |
                ln::Conv2D{.filters = 32, .kernel_size = 3, .padding = "same", .use_bias = false} |
                ln::BatchNormalization{} | ln::ReLU{};
  for (int stage = 0; stage < 3; ++stage) {
    y = ln::blocks::residual(y, {.filters = ln::Index{32} << stage,
                                 .strides = 2,
                                 .bottleneck = false,
                                 .name = "stage" + std::to_string(stage + 1)});
  }
  y = y | ln::GlobalAveragePooling2D{} | ln::Dropout{.rate = 0.2f};
  return ln::Model(x, y | ln::Dense{.units = 10, .activation = "softmax"}, "residual_network");
}

/// The rate rises for a tenth of the steps and falls along a cosine for the others.
ln::History train(ln::Model& model, const Pictures& data, const Options& options) {
  const auto rows =
      static_cast<ln::Index>(static_cast<double>(data.x.shape()[0]) * (1 - options.validation));
  const ln::Index steps = options.epochs * ((rows + kBatch - 1) / kBatch), rising = steps / 10;
  const ln::schedules::CosineDecay rate{.initial_learning_rate = 1e-4f,
                                        .decay_steps = steps - rising,
                                        .warmup_target = 3e-3f,
                                        .warmup_steps = rising};
  model.compile({.optimizer = ln::AdamW{.learning_rate = rate, .weight_decay = 0.02f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model.fit(data.x, data.y,
                   {.epochs = options.epochs,
                    .batch_size = kBatch,
                    .validation_split = options.validation,
                    .callbacks = {ln::progress_to_stdout()}});
}

void print_report(const ln::Model& model, const Pictures& test) {
  const ln::Tensor probabilities = model.predict(test.x);
  const auto p = probabilities.data<float>();
  const auto truth = test.y.data<std::int32_t>();
  int right[10] = {}, all[10] = {}, total = 0;
  std::map<std::pair<int, int>, int> confused;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = p.subspan(10 * i, 10);
    const auto guess = static_cast<int>(std::ranges::max_element(row) - row.begin());
    ++all[truth[i]];
    right[truth[i]] += guess == truth[i];
    total += guess == truth[i];
    if (guess != truth[i]) ++confused[{truth[i], guess}];
  }
  std::printf("\nAccuracy by class\n");
  for (int c = 0; c < 10; ++c) {
    std::printf("  %-12s %5.1f %%  %4d of %d\n", kClasses[c],
                100.0 * right[c] / std::max(all[c], 1), right[c], all[c]);
  }
  std::vector<std::pair<int, std::pair<int, int>>> pairs;
  for (const auto& [names, count] : confused) pairs.push_back({-count, names});
  std::ranges::sort(pairs);
  std::printf("\nMost confused\n");
  for (std::size_t i = 0; i < std::min<std::size_t>(5, pairs.size()); ++i) {
    const auto& [count, names] = pairs[i];
    std::printf("  %4d x  %s taken for %s\n", -count, kClasses[names.first],
                kClasses[names.second]);
  }
  std::printf("\nTest accuracy  %.4f (%d of %zu pictures)\n",
              static_cast<double>(total) / static_cast<double>(truth.size()), total, truth.size());
}

void run(const Options& options) {
  const Pictures data = read_pictures(options.folder, "train", options.rows);
  const Pictures test = read_pictures(options.folder, "t10k");
  ln::set_random_seed(options.seed);
  ln::Model model = make_model();
  std::printf("%lld pictures to train with, %lld to test with; %lld parameters\n",
              static_cast<long long>(data.x.shape()[0]), static_cast<long long>(test.x.shape()[0]),
              static_cast<long long>(model.count_params()));
  const auto start = std::chrono::steady_clock::now();
  const ln::History history = train(model, data, options);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  print_report(model, test);
  std::printf("Training       %.1f s\n", spent.count());
  model.set_labels({std::begin(kClasses), std::end(kClasses)});
  if (!options.save.empty()) model.save(options.save);
  if (options.out.empty()) return;
  std::filesystem::create_directories(options.out);
  std::ofstream(options.out + "/learning.svg") << ln::learning_curves(history);
  std::printf("Picture        %s/learning.svg\n", options.out.c_str());
}

/// False: the arguments make no sense.
bool parse(const std::vector<std::string>& arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      options.folder = argument;
      continue;
    }
    if (++i == arguments.size()) return false;
    const std::string& value = arguments[i];
    if (argument == "--epochs") {
      options.epochs = std::atoi(value.c_str());
    } else if (argument == "--rows") {
      options.rows = std::atol(value.c_str());
    } else if (argument == "--seed") {
      options.seed = static_cast<std::uint64_t>(std::atoll(value.c_str()));
    } else if (argument == "--validation") {
      options.validation = std::atof(value.c_str());
    } else if (argument == "--out") {
      options.out = value;
    } else if (argument == "--save") {
      options.save = value;
    } else {
      return false;
    }
  }
  return options.epochs > 0 && options.rows >= 0 && options.validation >= 0 &&
         options.validation < 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(std::vector<std::string>(argv + 1, argv + argc), options)) {
    std::fprintf(stderr,
                 "usage: residual_network [FOLDER] [--epochs n] [--rows n] [--seed n] "
                 "[--validation part] [--out FOLDER] [--save MODEL]\n");
    return 2;
  }
  try {
    run(options);
    return 0;
  } catch (const ln::Error& error) {
    std::fprintf(stderr, "residual_network: %s\n", error.what());
    if (error.code() == ln::ErrorCode::not_found || error.code() == ln::ErrorCode::io) {
      std::fprintf(stderr,
                   "Fashion-MNIST is the package dataset-fashion-mnist of Debian and Ubuntu; "
                   "elsewhere: https://github.com/zalandoresearch/fashion-mnist\n");
    }
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "residual_network: %s\n", error.what());
    return 1;
  }
}
