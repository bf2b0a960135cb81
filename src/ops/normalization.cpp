#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/normalization.hpp>
#include <linnet/ops/reduce.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

namespace {

/// Checks that inputs [first, last) are one number for each channel of x, input 0.
void require_by_channel(std::string_view where, std::span<const TensorType> inputs,
                        std::size_t first, std::size_t last) {
  const Shape& x = inputs[0].shape;
  for (std::size_t i = first; i < last; ++i) {
    if (x.rank() > 0 && inputs[i].shape.fits({x[-1]})) continue;
    detail::fail(
        ErrorCode::shape_mismatch,
        detail::cat(where, ": ", inputs[i].shape, " is not one number for each channel of ", x));
  }
}

std::vector<Index> all_but_last(const Shape& shape) {
  std::vector<Index> axes;
  for (Index i = 0; i + 1 < shape.rank(); ++i) axes.push_back(i);
  return axes;
}

}  // namespace

Types BatchNormalize::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 3);
  require_by_channel(kName, inputs, 1, 3);
  return {inputs[0], inputs[1], inputs[1]};
}

Types BatchNormalizeGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 5);
  require_by_channel(kName, inputs, 1, 4);
  return {inputs[0], inputs[1], inputs[1]};
}

std::vector<Gradient> BatchNormalize::grad(const GradCall& call) const {
  const Values d = apply_all(BatchNormalizeGrad{epsilon},
                             {call.x(0), call.x(1), call.y(1), call.y(2), call.dy()});
  // The mean moves by dx / n, the variance by 2 (x - mean) dx / n.
  const Value &x = call.x(0), &mean = call.y(1);
  const float n = static_cast<float>(x.shape().elements(0, x.shape().rank() - 1));
  Value dx = d[0];
  if (call.dy(1)) dx = add(dx, affine(call.dy(1), 1 / n));
  if (call.dy(2)) dx = add(dx, multiply(affine(subtract(x, mean), 2 / n), call.dy(2)));
  return {dx, d[1], d[2]};
}

Types ScaleOffset::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 3);
  require_by_channel(kName, inputs, 1, 3);
  return {inputs[0]};
}

std::vector<Gradient> ScaleOffset::grad(const GradCall& call) const {
  const Value &x = call.x(0), &dy = call.dy();
  const auto axes = all_but_last(x.shape());
  return {multiply(dy, call.x(1)), reduce_sum(multiply(x, dy), axes), reduce_sum(dy, axes)};
}

Types RenormCorrection::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 4);
  require_by_channel(kName, inputs, 1, 4);
  return {inputs[0], inputs[0]};
}

Value scale_offset(const Value& x, const Value& scale, const Value& offset) {
  return apply(ScaleOffset{}, {x, scale, offset});
}

}  // namespace linnet::inline v0::ops
