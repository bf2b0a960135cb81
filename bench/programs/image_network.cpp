// Runs a network with random weights on random pictures and prints one JSON line: what
// compare_networks.py runs beside the peers.
//   image_network resnet50|resnet50v2|densenet121|small infer|train BATCH THREADS REPEATS
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

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: %s NETWORK infer|train BATCH THREADS REPEATS\n", argv[0]);
    return 2;
  }
  const std::string_view name = argv[1];
  const bool small = name == "small";
  const ln::Index batch = std::atol(argv[3]);
  const int repeats = std::max(1, std::atoi(argv[5]));
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
