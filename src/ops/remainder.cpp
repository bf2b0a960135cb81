#include "ops/remainder.hpp"

#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

Types Remainder::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  return {{DType::float32, broadcast(inputs[0].shape, inputs[1].shape, kName)}};
}

std::vector<Gradient> Remainder::grad(const GradCall& call) const {  // db = -trunc(a / b) dy
  const Value &a = call.x(0), &b = call.x(1), &dy = call.dy();
  const Value whole = divide(subtract(a, call.y()), b);
  return {sum_to(dy, a.shape()), sum_to(affine(multiply(whole, dy), -1), b.shape())};
}

}  // namespace linnet::inline v0::ops
