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

TEST_CASE("the correction of batch renormalization is bounded") {
  const auto channels = [](std::vector<float> values) { return Tensor::of<float>({3}, values); };
  const Tensors inputs{channels({1, 2, -9}), channels({0.75f, 8.75f, 3.75f}), channels({0, 4, 1}),
                       channels({2, 0.1f, 1})};
  const Tensors free = *run_op(ops::RenormCorrection{.epsilon = 0.25}, inputs);
  CHECK(free[0] == channels({0.5f, 6, 2}));  // a deviation is sqrt(epsilon) at least
  CHECK(free[1] == channels({0.5f, -4, -10}));
  check_op(ops::RenormCorrection{.epsilon = 0.25}, inputs);
  const ops::RenormCorrection bounded{.epsilon = 0.25, .rmin = 1, .rmax = 3, .dmax = 2};
  const Tensors held = *run_op(bounded, inputs);
  CHECK(held[0] == channels({1, 3, 2}));
  CHECK(held[1] == channels({0.5f, -2, -2}));
}

TEST_CASE("batch_normalize of sizes for several threads, far from zero and with outliers") {
  const CheckOptions options{.tolerance = 1e-5, .gradients = false};
  for (const Shape& shape :
       {Shape{2, 56, 56, 64}, Shape{3000, 300}, Shape{5000, 3}, Shape{65, 8}}) {
    const Shape channels{shape[-1]};
    Tensor x = random_floats(shape, 1, 1000 - std::sqrt(3.0f), 1000 + std::sqrt(3.0f));
    const Tensor scale = random_floats(channels, 2, 0.5, 2), offset = random_floats(channels, 3);
    const Tensor dy = random_floats(shape, 4);
    for (const bool outlier : {false, true}) {
      if (outlier) x.data<float>()[0] = 0;
      INFO("x " << shape.str() << (outlier ? ", the first number is 0" : ""));
      check_op(ops::BatchNormalize{}, {x, scale, offset}, options);
      const Tensors y = *run_op(ops::BatchNormalize{}, {x, scale, offset}, 2);
      check_op(ops::BatchNormalizeGrad{}, {x, scale, y[1], y[2], dy}, options);
    }
    check_op(ops::ScaleOffset{}, {x, scale, offset}, options);
  }
}

TEST_CASE("a channel without variance becomes its offset") {
  const Tensor x = Tensor::of<float>({3, 1}, {1e6f, 1e6f, 1e6f});
  const Tensors y = *run_op(ops::BatchNormalize{},
                            {x, Tensor::of<float>({1}, {2}), Tensor::of<float>({1}, {0.5f})});
  CHECK(y[0] == Tensor::of<float>({3, 1}, {0.5f, 0.5f, 0.5f}));
  CHECK(y[2] == Tensor::of<float>({1}, {0}));
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
