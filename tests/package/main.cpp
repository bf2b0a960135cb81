// What a host program does with linnet: it makes a model and runs it.
#include <linnet/linnet.hpp>

namespace ln = linnet;

int main() {
  ln::Sequential model{
      ln::Embedding{.input_dim = 10, .output_dim = 4},
      ln::GlobalAveragePooling1D{},
      ln::Dense{.units = 2, .activation = "softmax"},
  };
  ln::Tensor x = ln::Tensor::of<std::int32_t>({2, 3}, {1, 2, 3, 4, 5, 6});
  ln::Tensor y = model.predict(x);
  return y.shape() == ln::Shape{2, 2} ? 0 : 1;
}
