#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

TEST_CASE("Pooling over no positions is refused, but a mean over no words is 0", "[layers]") {
  const auto refused = [](const Layer& layer, const Shape& shape) {
    INFO(layer.class_name());
    Sequential model{layer};
    CHECK(error_of([&] {
            model.predict(Tensor(DType::float32, shape));
          }).is(ErrorCode::shape_mismatch));
  };
  refused(GlobalMaxPooling1D{}, {2, 0, 3});
  refused(GlobalAveragePooling2D{}, {2, 4, 0, 3});
  refused(GlobalMaxPooling2D{.data_format = "channels_first"}, {2, 3, 0, 4});
  refused(AdaptiveMaxPooling2D{.output_size = 2}, {2, 0, 4, 3});
  refused(AdaptiveAveragePooling1D{.output_size = 2}, {2, 0, 3});
  refused(MaxPooling1D{}, {2, 0, 3});
  Sequential mean{GlobalAveragePooling1D{}};
  CHECK(mean.predict(Tensor(DType::float32, {2, 0, 3})) == Tensor(DType::float32, {2, 3}));
  Sequential model{GlobalMaxPooling1D{}};
  CHECK(model.predict(Tensor(DType::float32, {0, 4, 3})).shape() == Shape{0, 3});
}

}  // namespace linnet::test
