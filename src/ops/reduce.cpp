#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/alike.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

/// x's shape with the reduced axes of size 1.
Shape kept_shape(const Shape& x, const std::vector<Index>& axes) {
  if (axes.empty()) {
    Shape y = x;
    for (int i = 0; i < x.rank(); ++i) y = y.with(i, 1);
    return y;
  }
  Shape y = x;
  unsigned seen = 0;
  for (const Index axis : axes) {
    const int at = require_axis(Reduce::kName, axis, x);
    if ((seen >> at & 1u) != 0) {
      fail(ErrorCode::invalid_argument, cat("reduce: axis ", axis, " is named twice"));
    }
    seen |= 1u << at;
    y = y.with(at, 1);
  }
  return y;
}

Value reduce(ReduceKind kind, const Value& x, std::vector<Index> axes, bool keepdims) {
  return apply(Reduce{kind, std::move(axes), keepdims}, {x});
}

}  // namespace

Types Reduce::infer(std::span<const TensorType> inputs) const {
  kind == ReduceKind::mean ? require_floats(kName, inputs, 1) : require_alike(kName, inputs, 1);
  const DType dtype = inputs[0].dtype;
  const Shape& x = inputs[0].shape;
  const Shape kept = kept_shape(x, axes);
  if (keepdims) return {{dtype, kept}};
  if (axes.empty()) return {{dtype, {}}};
  Shape y;
  for (int i = 0; i < x.rank(); ++i) {
    const bool reduced = std::any_of(axes.begin(), axes.end(),
                                     [&](Index axis) { return axis == i || axis == i - x.rank(); });
    if (!reduced) y = y.joined({x[i]});
  }
  return {{dtype, y}};
}

std::vector<Gradient> Reduce::grad(const GradCall& call) const {
  const Value& x = call.x();
  if (!is_floating(x.dtype())) return {Gradient()};
  const Shape kept = kept_shape(x.shape(), axes);
  const Value dy = reshape(call.dy(), kept);
  switch (kind) {
    case ReduceKind::sum:
      return {broadcast_to(dy, x.shape())};
    case ReduceKind::mean: {
      const Index outputs = std::max<Index>(1, kept.elements());
      const Index count = std::max<Index>(1, x.shape().elements() / outputs);
      return {broadcast_to(affine(dy, 1.0f / static_cast<float>(count)), x.shape())};
    }
    case ReduceKind::max:
    case ReduceKind::min: {
      const Value attained = compare(CompareKind::equal, x, reshape(call.y(), kept));
      const Value ones = cast(attained, DType::float32);
      const Value share = divide(dy, reduce_sum(ones, axes, true));
      return {multiply(ones, share)};
    }
  }
  return {};
}

Types ArgMax::infer(std::span<const TensorType> inputs) const {
  require_alike(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  require_axis(kName, -1, x);
  if (x[-1] == 0) fail(ErrorCode::shape_mismatch, cat("argmax: nothing to choose from in ", x));
  return {{DType::int32, x.without(-1)}};
}

Value reduce_sum(const Value& x, std::vector<Index> axes, bool keepdims) {
  return reduce(ReduceKind::sum, x, std::move(axes), keepdims);
}
Value reduce_mean(const Value& x, std::vector<Index> axes, bool keepdims) {
  return reduce(ReduceKind::mean, x, std::move(axes), keepdims);
}
Value reduce_max(const Value& x, std::vector<Index> axes, bool keepdims) {
  return reduce(ReduceKind::max, x, std::move(axes), keepdims);
}
Value reduce_min(const Value& x, std::vector<Index> axes, bool keepdims) {
  return reduce(ReduceKind::min, x, std::move(axes), keepdims);
}
Value argmax(const Value& x) { return apply(ArgMax{}, {x}); }

Value sum_to(const Value& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  const int extra = x.shape().rank() - shape.rank();
  std::vector<Index> axes;
  for (int i = 0; i < x.shape().rank(); ++i) {
    if (i < extra || (shape[i - extra] == 1 && x.shape()[i] != 1)) axes.push_back(i);
  }
  return reshape(axes.empty() ? x : reduce_sum(x, axes), shape);
}

}  // namespace linnet::inline v0::ops
