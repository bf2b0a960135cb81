// Runs ResNet-50 with random weights on random pictures and prints one JSON line: what
// compare_networks.py runs beside the peers.
//   image_network infer|train BATCH THREADS REPEATS [SIZE]
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

ln::Tensor pictures(ln::Index batch, ln::Index size) {
  ln::Tensor x(ln::DType::float32, {batch, size, size, 3});
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
  if (argc < 5) {
    std::fprintf(stderr, "usage: %s infer|train BATCH THREADS REPEATS [SIZE]\n", argv[0]);
    return 2;
  }
  const ln::Index batch = std::atol(argv[2]), size = argc > 5 ? std::atol(argv[5]) : 224;
  const int repeats = std::max(1, std::atoi(argv[4]));
  ln::Model model = ln::applications::ResNet50({.weights = "none", .input_shape = {size, size, 3}});
  model.configure({.threads = std::atoi(argv[3])});
  const ln::Tensor x = pictures(batch, size);
  std::vector<double> times;
  if (std::string_view(argv[1]) == "infer") {
    ln::Tensor y = model.predict(x, {.batch_size = batch});
    times = seconds_of(repeats, [&] { model.predict_into(x, y); });
  } else {
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    const ln::Tensor y(ln::DType::int32, {batch});
    model.train_on_batch(x, y);
    times = seconds_of(repeats, [&] { model.train_on_batch(x, y); });
  }
  const double median = times[times.size() / 2];
  std::printf("{\"p50_ms\": %.2f, \"best_ms\": %.2f, \"images_per_s\": %.2f}\n", median * 1e3,
              times.front() * 1e3, static_cast<double>(batch) / median);
}
