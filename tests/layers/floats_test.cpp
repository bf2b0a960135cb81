#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("Layers that compute take whole numbers and truth values for numbers", "[layers]") {
  const std::vector<Layer> layers{
      Dense{.units = 2, .kernel_initializer = "ones"},
      Rescaling{.scale = 0.5, .offset = -1},
      Activation{.activation = "tanh"},
      ReLU{.max_value = 2.0f},
      ELU{},
      PReLU{},
      Softmax{},
      BatchNormalization{},
      LayerNormalization{},
      UnitNormalization{},
      Conv1D{.filters = 2, .kernel_size = 2, .kernel_initializer = "ones"},
      AveragePooling1D{.pool_size = 2},
      MaxPooling1D{.pool_size = 2},
      GlobalAveragePooling1D{},
      LSTM{.units = 2},
      Bidirectional{.layer = GRU{.units = 2}},
      RNN{.cell = SimpleRNNCell{.units = 2}},
      UpSampling1D{},
      ActivityRegularization{.l2 = 0.5f},
  };
  const Tensor whole =
      Tensor::of<std::uint8_t>({2, 3, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 250, 255, 9});
  const Tensor floats = whole.cast(DType::float32);
  for (const Layer& layer : layers) {
    INFO(layer.class_name());
    const auto y = [&](const Tensor& x) {
      const Value in = input({3, 2}, {.dtype = x.dtype()});
      Model model(in, in | layer);
      return model.predict(x);
    };
    CHECK(close(y(whole).cast(DType::float32), y(floats), 1e-6));
  }
  const Value pictures = input({2, 2, 1}, {.dtype = DType::uint8});
  const Model resized(pictures, pictures | Resizing{.height = 1, .width = 1});
  CHECK(
      resized.predict(Tensor::of<std::uint8_t>({1, 2, 2, 1}, {0, 10, 20, 200})).data<float>()[0] ==
      57.5f);
}

}  // namespace linnet::test
