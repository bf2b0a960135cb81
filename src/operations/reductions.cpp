// Functions over axes: sums, means, extremes, positions, norms.
#include <algorithm>
#include <functional>
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

Value summable(const Value& x) {
  return x.dtype() == DType::uint8 ? ops::cast(x, DType::int64) : counted(x);
}

namespace {

using ops::UnaryKind;

Values sum(const Arguments& in) {
  return {ops::reduce_sum(summable(in.value("x")), in.axes("axis"), in.flag("keepdims"))};
}

/// The largest or smallest; of truth, whether any or all are true.
template <auto kReduce>
Values outermost(const Arguments& in) {
  const Value x = in.value("x");
  const Value y = kReduce(counted(x), in.axes("axis"), in.flag("keepdims"));
  return {x.dtype() == DType::boolean ? truth(y) : y};
}

Values mean(const Arguments& in) {
  return {ops::reduce_mean(in.floats("x"), in.axes("axis"), in.flag("keepdims"))};
}

/// The mean of (x - mean)^2.
Value variance_of(const Value& x, const std::vector<Index>& axes, bool keepdims) {
  const Value apart = ops::subtract(x, ops::reduce_mean(x, axes, true));
  return ops::reduce_mean(ops::unary(UnaryKind::square, apart), axes, keepdims);
}

Values variance(const Arguments& in) {
  return {variance_of(in.floats("x"), in.axes("axis"), in.flag("keepdims"))};
}

Values deviation(const Arguments& in) { return {ops::unary(UnaryKind::sqrt, variance(in)[0])}; }

Values moments(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.axes("axes");
  const bool keepdims = in.flag("keepdims");
  return {ops::reduce_mean(x, axes, keepdims), variance_of(x, axes, keepdims)};
}

/// max + log(sum of e^(x - max)); an infinite max is not taken off, since inf - inf is NaN.
Values logsumexp(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.axes("axis");
  const bool keepdims = in.flag("keepdims");
  const Value most = ops::reduce_max(x, axes, true);
  const Value off = ops::select(is_finite(most), most, ops::constant(0.0f));
  const Value powers = ops::unary(UnaryKind::exp, ops::subtract(x, off));
  const Value sum = ops::reduce_sum(powers, axes, keepdims);
  return {ops::add(ops::reduce_max(off, axes, keepdims), ops::unary(UnaryKind::log, sum))};
}

Values count_nonzero(const Arguments& in) {
  return {ops::reduce_sum(counted(truth(in.value("x"))), in.axes("axis"))};
}

Value all_in_a_row(const Value& x) { return ops::reshape(x, {any}); }

/// -x, and of integers -1 - x, which there always is: the order the other way round.
Value turned_round(const Value& x) {
  if (x.dtype() == DType::float32) return ops::affine(x, -1);
  return ops::subtract(ops::constant(Tensor::full({}, -1).cast(x.dtype())), x);
}

/// The position of the largest (sign 1) or smallest (-1) along one axis, or of all.
template <int kSign>
Values position(const Arguments& in) {
  Value x = counted(in.value("x"));
  if (kSign < 0) x = turned_round(x);
  const bool keepdims = in.flag("keepdims");
  const int rank = x.shape().rank();
  if (!in.has("axis")) {
    Value y = ops::argmax(all_in_a_row(x));
    for (int i = 0; keepdims && i < rank; ++i) y = ops::expand_dims(y, 0);
    return {y};
  }
  const int axis = axis_of(in.integer("axis"), rank);
  if (axis != rank - 1) x = ops::transpose(x, moved_axis(rank, axis, rank - 1));
  const Value y = ops::argmax(x);
  return {keepdims ? ops::expand_dims(y, axis) : y};
}

/// A product of slices, for axes of few elements.
Values product(const Arguments& in) {
  constexpr Index kMost = 64;
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  std::vector<Index> axes = in.integers("axis");
  for (Index axis = 0; !in.has("axis") && axis < rank; ++axis) axes.push_back(axis);
  Value y = summable(x);
  for (Index& axis : axes) {
    axis = axis_of(axis, rank);
    const Index size = x.shape()[static_cast<int>(axis)];
    if (size > kMost || size == 0) {
      fail(ErrorCode::unsupported, cat("a product of ", size, " elements"));
    }
    const Value all = y;
    y = ops::slice(all, axis, 0, 1);
    for (Index i = 1; i < size; ++i) y = ops::multiply(y, ops::slice(all, axis, i, 1));
  }
  std::ranges::sort(axes, std::greater{});
  for (const Index axis : axes) {
    if (!in.flag("keepdims")) y = ops::squeeze(y, axis);
  }
  return {y};
}

/// Products of slices: of the first, of the first two, ...
Values cumulative_product(const Arguments& in) {
  constexpr Index kMost = 64;
  Value x = counted(in.value("x"));
  x = ops::cast(x, in.dtype("dtype", x.dtype()));
  if (!in.has("axis")) x = all_in_a_row(x);
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
  const Index size = x.shape()[axis];
  if (size > kMost) fail(ErrorCode::unsupported, cat("products of ", size, " elements"));
  if (size == any || size == 0) return {x};  // only its type counts
  Values parts{ops::slice(x, axis, 0, 1)};
  for (Index i = 1; i < size; ++i) {
    parts.push_back(ops::multiply(parts.back(), ops::slice(x, axis, i, 1)));
  }
  return {ops::concatenate(std::move(parts), axis)};
}

/// The mean, or with weights the sum of w x / sum of w.
Values average(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.axes("axis");
  if (!in.has("weights")) return {ops::reduce_mean(x, axes)};
  Value weights = in.floats("weights");
  const int rank = x.shape().rank();
  if (weights.shape().rank() == 1 && rank > 1 && axes.size() == 1) {
    for (int i = axis_of(axes[0], rank); i < rank - 1; ++i) weights = ops::expand_dims(weights, -1);
  }
  weights = ops::broadcast_to(weights, x.shape());
  return {ops::divide(ops::reduce_sum(ops::multiply(x, weights), axes),
                      ops::reduce_sum(weights, axes))};
}

/// The largest less the smallest.
Values span_of(const Arguments& in) {
  Value x = counted(in.value("x"));
  const std::vector<Index> axes = in.axes("axis");
  const bool keepdims = in.flag("keepdims");
  return {ops::subtract(ops::reduce_max(x, axes, keepdims), ops::reduce_min(x, axes, keepdims))};
}

/// Sums of 1, 2, 4, ... neighbours along an axis of known size, until they reach its begin.
Values cumulative_sum(const Arguments& in) {
  Value x = counted(in.value("x"));
  x = ops::cast(x, in.dtype("dtype", x.dtype()));
  if (!in.has("axis")) x = all_in_a_row(x);
  const int rank = x.shape().rank();
  const int axis = axis_of(in.integer("axis", 0), rank);
  const Index size = x.shape()[axis];
  for (Index step = 1; step < size; step *= 2) {
    x = ops::add(x, ops::pad(ops::slice(x, axis, 0, size - step), axis, step, 0));
  }
  return {x};
}

/// The norm of order 1, 2 or infinity along axes.
Value norm_of(const Value& x, double order, const std::vector<Index>& axes, bool keepdims) {
  const Value size = ops::unary(UnaryKind::abs, x);
  if (order == 1) return ops::reduce_sum(size, axes, keepdims);
  if (order == std::numeric_limits<double>::infinity()) {
    return ops::reduce_max(size, axes, keepdims);
  }
  if (order != 2) fail(ErrorCode::unsupported, "a norm of another order than 1, 2 and infinity");
  const Value squares = ops::reduce_sum(ops::unary(UnaryKind::square, x), axes, keepdims);
  return ops::unary(UnaryKind::sqrt, squares);
}

Values norm(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.axes("axis");
  const Config* order = in.find("ord");
  const bool named = order != nullptr && order->is_string();
  if (named && order->as_string() != "fro" && order->as_string() != "euclidean") {
    fail(ErrorCode::unsupported, cat("a norm of the order '", order->as_string(), "'"));
  }
  const bool matrix = axes.size() == 2 || (axes.empty() && x.shape().rank() == 2);
  if (order != nullptr && !named && matrix) {
    fail(ErrorCode::unsupported, "the norm of a matrix of that order");
  }
  const double number = order == nullptr || named ? 2 : order->as_number();
  return {norm_of(x, number, axes, in.flag("keepdims"))};
}

/// x / max(norm, epsilon), the norm along the last axis; where that is null, along all.
Values normalize(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.given("axis") ? in.axes("axis") : std::vector<Index>{-1};
  const double order = in.number("order", 2), epsilon = in.number("epsilon", 1e-7);
  const auto at_least = [](const Value& y, double least) {
    return ops::maximum(y, ops::constant(static_cast<float>(least)));
  };
  if (order != 2) return {ops::divide(x, at_least(norm_of(x, order, axes, true), epsilon))};
  const Value squares = ops::reduce_sum(ops::unary(UnaryKind::square, x), axes, true);
  return {ops::divide(x, ops::unary(UnaryKind::sqrt, at_least(squares, epsilon * epsilon)))};
}

Value nan_places(const Value& x) { return ops::compare(ops::CompareKind::not_equal, x, x); }

/// x, with `otherwise` for NaN.
Value without_nan(const Value& x, float otherwise) {
  return ops::select(nan_places(x), ops::constant(otherwise), x);
}

Values nan_sum(const Arguments& in) {
  const Value x = in.value("x");
  const Value y = x.dtype() == DType::float32 ? without_nan(x, 0) : summable(x);
  return {ops::reduce_sum(y, in.axes("axis"), in.flag("keepdims"))};
}

Values nan_mean(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.axes("axis");
  const bool keepdims = in.flag("keepdims");
  const Value counts = ops::cast(ops::compare(ops::CompareKind::equal, x, x), DType::float32);
  return {ops::divide(ops::reduce_sum(without_nan(x, 0), axes, keepdims),
                      ops::reduce_sum(counts, axes, keepdims))};
}

/// The largest (sign 1) or smallest (-1) that is no NaN; NaN of nothing else.
template <int kSign>
Values nan_extreme(const Arguments& in) {
  const Value x = in.value("x");
  const std::vector<Index> axes = in.axes("axis");
  const bool keepdims = in.flag("keepdims");
  const auto reduce = kSign > 0 ? ops::reduce_max : ops::reduce_min;
  if (x.dtype() != DType::float32) {
    const Value y = reduce(counted(x), axes, keepdims);
    return {x.dtype() == DType::boolean ? truth(y) : y};
  }
  const Value y =
      reduce(without_nan(x, -kSign * std::numeric_limits<float>::infinity()), axes, keepdims);
  const Value nans = ops::cast(nan_places(x), DType::float32);
  const Value all = truth(ops::reduce_min(nans, axes, keepdims));
  return {ops::select(all, ops::constant(std::numeric_limits<float>::quiet_NaN()), y)};
}

constexpr OperationInfo kReductionsTable[] = {
    {"numpy.Sum", "x", sum},
    {"numpy.Max", "x", outermost<ops::reduce_max>},
    {"numpy.Amax", "x", outermost<ops::reduce_max>},
    {"numpy.Min", "x", outermost<ops::reduce_min>},
    {"numpy.Amin", "x", outermost<ops::reduce_min>},
    {"numpy.Mean", "x", mean},
    {"numpy.Var", "x", variance},
    {"numpy.Std", "x", deviation},
    {"nn.Moments", "x", moments},
    {"math.Logsumexp", "x", logsumexp},
    {"numpy.CountNonzero", "x", count_nonzero},
    {"numpy.Argmax", "x", position<1>},
    {"numpy.Argmin", "x", position<-1>},
    {"numpy.Prod", "x", product},
    {"numpy.Cumsum", "x", cumulative_sum},
    {"numpy.Cumprod", "x", cumulative_product},
    {"numpy.Average", "x weights", average},
    {"numpy.Ptp", "x", span_of},
    {"linalg.Norm", "x", norm},
    {"nn.Normalize", "x", normalize},
    {"numpy.Nansum", "x", nan_sum},
    {"numpy.Nanmean", "x", nan_mean},
    {"numpy.Nanmax", "x", nan_extreme<1>},
    {"numpy.Nanmin", "x", nan_extreme<-1>},
};

}  // namespace

std::span<const OperationInfo> reduction_operations() { return kReductionsTable; }

}  // namespace linnet::inline v0::detail
