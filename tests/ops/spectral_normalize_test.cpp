#include <linnet/ops/spectral_normalize.hpp>

#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("spectral_normalize divides a kernel by its largest singular value") {
  const CheckOptions plain{.gradients = false};
  for (const Index iterations : {1, 3}) {
    const ops::SpectralNormalize op{iterations};
    check_op(op, {random_floats({5, 4}, 1), random_floats({1, 4}, 2)}, plain);
    check_op(op, {random_floats({2, 3, 2, 4}, 1), random_floats({1, 4}, 2)}, plain);
  }
  const Tensor kernel = Tensor::of<float>({2, 2}, {3, 0, 0, 1}), u = Tensor::full<float>({1, 2}, 1);
  const Tensor y = (*run_op(ops::SpectralNormalize{30}, {kernel, u}))[0];
  CHECK(close(y, Tensor::of<float>({2, 2}, {1, 0, 0, 1.0f / 3}), 1e-6));
  CHECK(kernel == y);
  CHECK(close(u, Tensor::of<float>({1, 2}, {1, 0}), 1e-6));
  const Tensor none = Tensor::full<float>({2, 2}, 0), still = Tensor::full<float>({1, 2}, 1);
  CHECK((*run_op(ops::SpectralNormalize{}, {none, still}))[0] == none);
  CHECK(still == Tensor::full<float>({1, 2}, 1));
}

TEST_CASE("The gradient through spectral_normalize is that by the new kernel") {
  const Value w = ops::input("w", {DType::float32, {5, 4}}),
              u = ops::input("u", {DType::float32, {1, 4}});
  const Value y = linnet::apply(ops::SpectralNormalize{}, {w, u});
  const Value dy = ops::input("dy", {DType::float32, {5, 4}});
  const Values inputs{w, u}, outputs{y}, cotangents{dy};
  const auto gradients = y.node().op.grad({inputs, outputs, cotangents});
  CHECK(&gradients[0].dense.node() == &dy.node());
  CHECK_FALSE(gradients[1].dense);
}

}  // namespace linnet::test
