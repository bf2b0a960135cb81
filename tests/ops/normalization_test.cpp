#include <linnet/ops/normalization.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("batch_normalize and scale_offset and their gradients") {
  for (const Shape& shape : {Shape{6, 3}, Shape{2, 3, 4, 5}, Shape{40, 33}, Shape{1, 2}}) {
    const Shape channels{shape[-1]};
    const Tensors inputs{random_floats(shape, 1, -2, 3), random_floats(channels, 2, 0.5, 2),
                         random_floats(channels, 3)};
    INFO("x " << shape.str());
    check_op(ops::BatchNormalize{}, inputs, {.tolerance = 1e-5, .gradient_tolerance = 1e-2});
    check_op(ops::ScaleOffset{}, inputs);
  }
}

TEST_CASE("batch_normalize gives each channel mean 0 and variance 1 before scale and offset") {
  const Tensor x = Tensor::of<float>({4, 1}, {1, 3, 5, 7});
  const Tensors y = *run_op(ops::BatchNormalize{0},
                            {x, Tensor::of<float>({1}, {2}), Tensor::of<float>({1}, {10})});
  CHECK(close(y[0], Tensor::of<float>({4, 1}, {7.3167184f, 9.1055728f, 10.8944272f, 12.6832816f}),
              1e-6));
  CHECK(y[1] == Tensor::of<float>({1}, {4}));
  CHECK(y[2] == Tensor::of<float>({1}, {5}));
}

TEST_CASE("batch_normalize wants one scale a channel") {
  const Types in{{DType::float32, {any, 4}}, {DType::float32, {3}}, {DType::float32, {4}}};
  CHECK(error_of([&] {
          ops::BatchNormalize{}.infer(in);
        }).is(ErrorCode::shape_mismatch, "one number for each channel"));
}

}  // namespace linnet::test
