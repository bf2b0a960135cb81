#include <linnet/ops/layer_normalize.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("layer_normalize and its gradient") {
  for (const Shape& shape :
       {Shape{6, 3}, Shape{2, 3, 4, 5}, Shape{7, 33}, Shape{4, 1}, Shape{9}, Shape{0, 4}}) {
    const Shape last{shape[-1]};
    const Tensors inputs{random_floats(shape, 1, -2, 3), random_floats(last, 2, 0.5, 2),
                         random_floats(last, 3)};
    for (const bool centered : {true, false}) {
      INFO("x " << shape.str() << (centered ? "" : ", not centered"));
      check_op(ops::LayerNormalize{0.1, centered}, inputs,
               {.tolerance = 1e-5, .gradient_tolerance = 1e-2});
    }
  }
}

TEST_CASE("layer_normalize of sizes for several threads, far from zero and with outliers") {
  const CheckOptions options{.tolerance = 1e-5, .gradients = false};
  for (const Shape& shape : {Shape{300, 512}, Shape{70, 3000}, Shape{20000, 5}, Shape{3, 70000}}) {
    const Shape last{shape[-1]};
    Tensor x = random_floats(shape, 1, 1000 - std::sqrt(3.0f), 1000 + std::sqrt(3.0f));
    const Tensor scale = random_floats(last, 2, 0.5, 2), offset = random_floats(last, 3);
    const Tensor dy = random_floats(shape, 4);
    for (const bool outlier : {false, true}) {
      if (outlier) x.data<float>()[0] = 0;
      INFO("x " << shape.str() << (outlier ? ", the first number is 0" : ""));
      check_op(ops::LayerNormalize{}, {x, scale, offset}, options);
      const Tensors y = *run_op(ops::LayerNormalize{}, {x, scale, offset}, 2);
      check_op(ops::LayerNormalizeGrad{}, {x, scale, y[1], y[2], dy}, options);
    }
    check_op(ops::LayerNormalize{1e-3, false}, {x, scale, offset}, options);
  }
}

TEST_CASE("layer_normalize gives each row mean 0 and variance 1 before scale and offset") {
  const Tensor x = Tensor::of<float>({2, 4}, {1, 3, 5, 7, 2, 2, 2, 2});
  const Tensor two = Tensor::full({4}, 2.0f), ten = Tensor::full({4}, 10.0f);
  const Tensors y = *run_op(ops::LayerNormalize{.epsilon = 1e-9}, {x, two, ten});
  const std::vector<float> wanted{7.3167184f, 9.1055728f, 10.8944272f, 12.6832816f, 10, 10, 10, 10};
  CHECK(close(y[0], Tensor::of<float>({2, 4}, wanted), 1e-6));
  CHECK(y[1] == Tensor::of<float>({2}, {4, 2}));
}

TEST_CASE("layer_normalize wants one scale for each position") {
  const Types in{{DType::float32, {any, 4}}, {DType::float32, {3}}, {DType::float32, {4}}};
  CHECK(error_of([&] {
          ops::LayerNormalize{}.infer(in);
        }).is(ErrorCode::shape_mismatch, "one number for each position"));
}

}  // namespace linnet::test
