// Trains the text classifier on x.npy and y.npy and prints one JSON line: what compare_text.py
// runs beside the peers.
//   text_training x.npy y.npy BATCH THREADS EPOCHS [MODEL] [--optimizer NAME or {"class_name",
//   "config"}]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <linnet/io/json.hpp>
#include <linnet/io/npy.hpp>
#include <linnet/linnet.hpp>
#include <string_view>

#include "../text_workload.hpp"

int main(int argc, char** argv) {
  namespace ln = linnet;
  std::string_view optimizer = "adam";
  if (argc > 2 && std::string_view(argv[argc - 2]) == "--optimizer") {
    optimizer = argv[argc - 1];
    argc -= 2;
  }
  if (argc < 6) {
    std::fprintf(stderr, "usage: %s x.npy y.npy BATCH THREADS EPOCHS [MODEL] [--optimizer NAME]\n",
                 argv[0]);
    return 2;
  }
  const ln::Tensor x = ln::read_npy(argv[1]);
  const ln::Tensor y = ln::to_categorical(ln::read_npy(argv[2]), bench::kClasses);
  ln::Sequential model = bench::text_model(
      optimizer.starts_with('{') ? ln::Optimizer::from_config(ln::parse_json(optimizer))
                                 : ln::Optimizer::named(optimizer));
  model.configure({.threads = std::atoi(argv[4])});
  const ln::Index batch = std::atol(argv[3]);
  model.fit(x.rows(0, 64 * batch), y.rows(0, 64 * batch), {.batch_size = batch});
  double best = 1e30, processor = 1e30, loss = 0, accuracy = 0;
  for (int epoch = 0; epoch < std::atoi(argv[5]); ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor_start = std::clock();
    const ln::History history = model.fit(x, y, {.batch_size = batch});
    const auto spent = std::chrono::steady_clock::now() - start;
    best = std::min(best, std::chrono::duration<double>(spent).count());
    processor =
        std::min(processor, static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC);
    loss = history["loss"][0];
    accuracy = history["accuracy"][0];
  }
  if (argc > 6) model.save(argv[6]);
  const auto rows = static_cast<double>(x.shape()[0]);
  std::printf(
      "{\"samples_per_s\": %.0f, \"samples_per_processor_s\": %.0f, \"loss\": %.4f, "
      "\"accuracy\": %.4f}\n",
      rows / best, rows / processor, loss, accuracy);
}
