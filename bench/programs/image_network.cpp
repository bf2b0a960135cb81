// Runs a network with random weights on random pictures and prints one JSON line: what
// compare_networks.py runs beside the peers.
//   image_network resnet50|resnet50v2|densenet121|small infer|train BATCH THREADS REPEATS
//   image_network resnet50 head BATCH THREADS BATCHES   a new head on the frozen network
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <linnet/core/random.hpp>
#include <linnet/linnet.hpp>
#include <string_view>
#include <vector>

namespace {

namespace ln = linnet;

/// Conv32-BN-ReLU-Pool-Conv64-BN-ReLU-GAP-Dense10 on 28x28x1.
ln::Model small_network() {
  using namespace linnet;
  return Sequential{Input{{28, 28, 1}},       Conv2D{.filters = 32, .kernel_size = 3},
                    BatchNormalization{},     ReLU{},
                    MaxPooling2D{},           Conv2D{.filters = 64, .kernel_size = 3},
                    BatchNormalization{},     ReLU{},
                    GlobalAveragePooling2D{}, Dense{.units = 10, .activation = "softmax"}};
}

ln::Model network(std::string_view name) {
  if (name == "small") return small_network();
  if (name == "densenet121") return ln::applications::DenseNet121({.weights = "none"});
  if (name == "resnet50v2") return ln::applications::ResNet50V2({.weights = "none"});
  return ln::applications::ResNet50({.weights = "none"});
}

ln::Tensor pictures(const ln::Shape& shape) {
  ln::Tensor x(ln::DType::float32, shape);
  const ln::RandomStream random(1, "pictures");
  std::uint64_t i = 0;
  for (float& value : x.data<float>()) value = random.uniform(i++);
  return x;
}

template <class F>
std::vector<double> seconds_of(int repeats, F&& f) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    times.push_back(spent.count());
  }
  std::ranges::sort(times);
  return times;
}

/// fit() of a head on the frozen network: its first epoch, in which the network's features are
/// computed, and the median of those that find them computed.
void run_head(ln::Index batch, int threads, int batches) {
  ln::Model base =
      ln::applications::ResNet50({.include_top = false, .weights = "none", .pooling = "avg"});
  base.trainable = false;
  ln::Sequential model{ln::Input{{224, 224, 3}}, base,
                       ln::Dense{.units = 10, .activation = "softmax"}};
  model.configure({.threads = threads});
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  const ln::Tensor x = pictures({batch * batches, 224, 224, 3});
  const ln::Tensor y(ln::DType::int32, {batch * batches});
  model.fit(x.rows(0, batch), y.rows(0, batch), {.batch_size = batch});  // makes the plans

  std::vector<double> seconds;
  auto last = std::chrono::steady_clock::now();
  const auto lap = [&](ln::TrainingRun&, int, const ln::Logs&) {
    const auto now = std::chrono::steady_clock::now();
    seconds.push_back(std::chrono::duration<double>(now - last).count());
    last = now;
  };
  model.fit(
      x, y,
      {.epochs = 21, .batch_size = batch, .callbacks = {ln::LambdaCallback{.on_epoch_end = lap}}});
  std::sort(seconds.begin() + 1, seconds.end());
  const auto images = static_cast<double>(batch * batches);
  std::printf("{\"images_per_s\": %.2f, \"later_images_per_s\": %.2f}\n", images / seconds[0],
              images / seconds[1 + (seconds.size() - 1) / 2]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: %s NETWORK infer|train|head BATCH THREADS REPEATS\n", argv[0]);
    return 2;
  }
  const std::string_view name = argv[1];
  const bool small = name == "small";
  const ln::Index batch = std::atol(argv[3]);
  const int repeats = std::max(1, std::atoi(argv[5]));
  if (std::string_view(argv[2]) == "head") {
    run_head(batch, std::atoi(argv[4]), repeats);
    return 0;
  }
  ln::Model model = network(name);
  model.configure({.threads = std::atoi(argv[4])});
  const ln::Tensor x =
      pictures(small ? ln::Shape{batch, 28, 28, 1} : ln::Shape{batch, 224, 224, 3});
  std::vector<double> times;
  if (std::string_view(argv[2]) == "infer") {
    ln::Tensor y = model.predict(x, {.batch_size = batch});
    times = seconds_of(repeats, [&] { model.predict_into(x, y); });
  } else {
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    const ln::Tensor y(ln::DType::int32, {batch});
    model.train_on_batch(x, y);
    times = seconds_of(repeats, [&] { model.train_on_batch(x, y); });
  }
  const double median = times[times.size() / 2];
  std::printf("{\"p50_ms\": %.4f, \"best_ms\": %.4f, \"images_per_s\": %.2f}\n", median * 1e3,
              times.front() * 1e3, static_cast<double>(batch) / median);
}
