#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/layer_normalize.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

namespace {

/// Checks that `given` has one number for each position along the last axis of x.
void require_along_last(std::string_view where, const Shape& x, const Shape& given) {
  if (x.rank() > 0 && given.fits({x[-1]})) return;
  detail::fail(ErrorCode::shape_mismatch,
               detail::cat(where, ": ", given,
                           " is not one number for each position along the last axis of ", x));
}

Shape without_last(const Shape& x) { return x.slice(0, x.rank() - 1); }

}  // namespace

Types LayerNormalize::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 3);
  const Shape& x = inputs[0].shape;
  for (std::size_t i = 1; i < 3; ++i) require_along_last(kName, x, inputs[i].shape);
  const TensorType row{DType::float32, without_last(x)};
  return {inputs[0], row, row};
}

Types LayerNormalizeGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 5);
  require_along_last(kName, inputs[0].shape, inputs[1].shape);
  return {inputs[0], inputs[1], inputs[1]};
}

std::vector<Gradient> LayerNormalize::grad(const GradCall& call) const {
  const Value &x = call.x(0), &mean = call.y(1), &factor = call.y(2);
  const Values d = apply_all(LayerNormalizeGrad{centered}, {x, call.x(1), mean, factor, call.dy()});
  // The mean moves by dx / n, the factor by -factor^3 (x - mean) dx / n.
  const auto of_row = [](const Value& v) { return expand_dims(v, v.shape().rank()); };
  const float share = 1 / static_cast<float>(x.shape()[-1]);
  Value dx = d[0];
  if (call.dy(1) && centered) dx = add(dx, of_row(affine(call.dy(1), share)));
  if (call.dy(2)) {
    const Value cube = multiply(factor, unary(UnaryKind::square, factor));
    const Value by = affine(multiply(call.dy(2), cube), -share);
    dx = add(dx, multiply(subtract(x, of_row(mean)), of_row(by)));
  }
  return {dx, d[1], d[2]};
}

}  // namespace linnet::inline v0::ops
