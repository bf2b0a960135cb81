// Reads every picture of a folder of classes, resized to 224 x 224, several times.
//   image_reading FOLDER THREADS PASSES     prints the most images per second
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <linnet/linnet.hpp>

int main(int argc, char** argv) {
  namespace ln = linnet;
  if (argc != 4) return std::fprintf(stderr, "usage: %s FOLDER THREADS PASSES\n", argv[0]), 2;
  const ln::ImageDataset data = ln::image_dataset_from_directory(
      argv[1], {.image_size = {224, 224}, .threads = std::atoi(argv[2])});
  double best = 0;
  for (int pass = 0; pass < std::atoi(argv[3]); ++pass) {
    const auto start = std::chrono::steady_clock::now();
    auto batches = data.iterate(pass);
    ln::Index images = 0;
    for (ln::Batch batch; batches.next(batch);) images += batch.size;
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(images) / time.count());
  }
  std::printf("%f\n", best);
}
