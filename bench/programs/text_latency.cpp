// Predicts the rows of x.npy one by one with a saved text classifier on one thread and prints the
// median time as a JSON line: what compare_text.py runs beside the peers.
//   text_latency MODEL x.npy
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <linnet/io/npy.hpp>
#include <linnet/linnet.hpp>
#include <vector>

int main(int argc, char** argv) {
  namespace ln = linnet;
  if (argc != 3) return std::fprintf(stderr, "usage: %s MODEL x.npy\n", argv[0]), 2;
  ln::Model model = ln::Model::load(argv[1]);
  model.configure({.threads = 1});
  const ln::Tensor x = ln::read_npy(argv[2]);
  const ln::Index rows = std::min<ln::Index>(512, x.shape()[0]);
  std::vector<double> times(20000);
  float sum = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const ln::Index row = static_cast<ln::Index>(i) % rows;
    const auto start = std::chrono::steady_clock::now();
    const ln::Tensor y = model.predict(x.rows(row, row + 1));
    const auto spent = std::chrono::steady_clock::now() - start;
    times[i] = std::chrono::duration<double, std::micro>(spent).count();
    sum += y.data<float>()[0];
  }
  std::nth_element(times.begin(), times.begin() + 10000, times.end());
  std::printf("{\"p50_us\": %.2f, \"sum\": %.3f}\n", times[10000], static_cast<double>(sum));
}
