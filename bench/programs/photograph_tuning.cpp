// Fine-tunes a pretrained ResNet-50 of half width on photographs, stage by stage, and prints a JSON
// line for each: what compare_tuning.py runs beside Keras.
//   photograph_tuning FOLDER open_nsfw_resnet50_thin.h5 THREADS SEED
// frozen: a new head on the frozen network, each epoch through the whole graph; features: the same
// with what the network gives kept; unfrozen: from there on all of it learns; bn_frozen: from there
// on all of it but the BatchNormalization layers.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <linnet/linnet.hpp>
#include <string>
#include <vector>

#include "../../examples/parts/resnet50_thin.hpp"

namespace {

namespace ln = linnet;

struct Rows {
  ln::Tensor x, y;
};

struct Photographs {
  Rows train, test;
  ln::Index classes = 0;
};

Rows read(const std::string& folder) {
  const ln::Batch all =
      ln::image_dataset_from_directory(folder, {.image_size = {224, 224}, .shuffle = false}).all();
  return {std::get<ln::Tensor>(all.x[0]), std::get<ln::Tensor>(all.y[0]).cast(ln::DType::int32)};
}

struct Net {
  ln::Model base, model;
};

Net make(const std::string& weights, ln::Index classes) {
  ln::Model base = example::resnet50_thin(weights, {"conv5_block3"});
  base.trainable = false;
  ln::Sequential model{example::preprocessing(), base,
                       ln::Dense{.units = classes, .activation = "softmax", .name = "head"}};
  return {base, model};
}

void print_list(const char* name, const std::vector<double>& values) {
  std::printf(", \"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::printf("%s%.4f", i == 0 ? "" : ", ", values[i]);
  }
  std::printf("]");
}

void train(const char* stage, const Net& net, const Photographs& data, float rate,
           const ln::FitOptions& options) {
  ln::Model model = net.model;
  model.compile({.optimizer = ln::Adam{.learning_rate = rate},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  std::vector<double> seconds;
  ln::FitOptions timed = options;
  auto start = std::chrono::steady_clock::now();
  timed.callbacks = {ln::LambdaCallback{
      .on_epoch_begin = [&](ln::TrainingRun&, int) { start = std::chrono::steady_clock::now(); },
      .on_epoch_end =
          [&](ln::TrainingRun&, int, const ln::Logs&) {
            const auto spent = std::chrono::steady_clock::now() - start;
            seconds.push_back(std::chrono::duration<double>(spent).count());
          }}};
  const ln::History history = model.fit(data.train.x, data.train.y, timed);
  const double accuracy = model.evaluate(data.test.x, data.test.y, {.batch_size = 16})["accuracy"];
  std::printf("{\"stage\": \"%s\", \"test_accuracy\": %.4f", stage, accuracy);
  print_list("epoch_s", seconds);
  print_list("loss_by_epoch", history["loss"]);
  std::printf("}\n");
  std::fflush(stdout);
}

void thaw(ln::Model& base, bool normalization) {
  base.trainable = true;
  for (ln::Layer layer : base.layers()) {
    if (layer.class_name() == "BatchNormalization") layer.trainable = normalization;
  }
}

void run(const std::string& folder, const std::string& weights, int threads, std::uint64_t seed) {
  ln::set_default_threads(threads);
  Photographs data{read(folder + "/train"), read(folder + "/test")};
  data.classes = 1 + std::ranges::max(data.train.y.data<std::int32_t>());
  const ln::FitOptions head{.epochs = 10, .batch_size = 16};
  ln::FitOptions whole = head;
  whole.cache_features = false;
  for (const bool cached : {true, false}) {
    ln::set_random_seed(seed);
    Net net = make(weights, data.classes);
    train(cached ? "features" : "frozen", net, data, 1e-3f, cached ? head : whole);
    if (cached) continue;
    const std::vector<ln::Tensor> frozen = net.model.get_weights();
    for (const bool normalization : {true, false}) {
      net.model.set_weights(frozen);
      thaw(net.base, normalization);
      train(normalization ? "unfrozen" : "bn_frozen", net, data, 1e-5f,
            {.epochs = 2, .batch_size = 16});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s FOLDER WEIGHTS.h5 THREADS SEED\n", argv[0]);
    return 2;
  }
  try {
    run(argv[1], argv[2], std::atoi(argv[3]), std::strtoull(argv[4], nullptr, 10));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
