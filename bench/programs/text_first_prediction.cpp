// Loads a saved text classifier and predicts one row: the whole process is what is timed.
//   text_first_prediction MODEL
#include <cstdio>
#include <linnet/linnet.hpp>

int main(int argc, char** argv) {
  namespace ln = linnet;
  if (argc != 2) return std::fprintf(stderr, "usage: %s MODEL\n", argv[0]), 2;
  const ln::Model model = ln::Model::load(argv[1]);
  const ln::Tensor y = model.predict(ln::Tensor::full<std::int32_t>({1, 200}, 7));
  std::printf("%f\n", static_cast<double>(y.data<float>()[0]));
}
