// Functions of the last or of named pairs of axes, and of numbers of which some are NaN.
#include <algorithm>
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>
#include <utility>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::CompareKind;

constexpr float kEndless = std::numeric_limits<float>::infinity();

Value turned(const Value& x, int axis) {
  const Index size = x.shape()[axis];
  if (size == any) return x;  // only its type counts
  std::vector<Index> ids(static_cast<std::size_t>(few(size, "elements")));
  std::iota(ids.rbegin(), ids.rend(), 0);
  return taken(x, axis, ids);
}

template <int kAxis>
Values turned(const Arguments& in) {
  const Value x = in.value("x");
  return {turned(x, axis_of(kAxis, x.shape().rank()))};
}

/// By quarters, from the first axis towards the second.
Values rotated(const Arguments& in) {
  const Value x = in.value("array");
  const int rank = x.shape().rank();
  const std::vector<Index> axes = in.has("axes") ? in.integers("axes") : std::vector<Index>{0, 1};
  if (axes.size() != 2) fail(ErrorCode::invalid_argument, "axes: expected two");
  const int a = axis_of(axes[0], rank), b = axis_of(axes[1], rank);
  const Index quarters = ((in.integer("k", 1) % 4) + 4) % 4;
  if (quarters == 0) return {x};
  if (quarters == 2) return {turned(turned(x, a), b)};
  std::vector<Index> perm(static_cast<std::size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[static_cast<std::size_t>(a)], perm[static_cast<std::size_t>(b)]);
  if (quarters == 1) return {ops::transpose(turned(x, b), perm)};
  return {turned(ops::transpose(x, perm), b)};
}

/// x[..., r, r + offset, ...] of two axes, as the last one.
Value diagonal_of(const Arguments& in) {
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  if (rank < 2) fail(ErrorCode::shape_mismatch, cat("a diagonal of ", x.shape()));
  const int a = axis_of(in.integer("axis1", 0), rank), b = axis_of(in.integer("axis2", 1), rank);
  if (a == b) fail(ErrorCode::invalid_argument, "a diagonal of one axis");
  const Index rows = x.shape()[a], columns = x.shape()[b];
  if (rows == any || columns == any) {
    fail(ErrorCode::unsupported, "a diagonal of axes whose sizes are not known");
  }
  const Index offset = std::clamp<Index>(in.integer("offset", 0), -rows, columns);
  std::vector<Index> perm, sizes, ids;
  for (int axis = 0; axis < rank; ++axis) {
    if (axis == a || axis == b) continue;
    sizes.push_back(ops::Reshape::axis(static_cast<int>(perm.size())));
    perm.push_back(axis);
  }
  perm.insert(perm.end(), {a, b});
  few(rows, "rows");
  sizes.push_back(few(columns, "columns") * rows);
  for (Index row = std::max<Index>(0, -offset); row < std::min(rows, columns - offset); ++row) {
    ids.push_back(row * columns + row + offset);
  }
  return taken(apply(ops::Reshape{sizes}, {ops::transpose(x, perm)}), -1, ids);
}

Values diagonal(const Arguments& in) { return {diagonal_of(in)}; }

Values trace(const Arguments& in) { return {ops::reduce_sum(summable(diagonal_of(in)), {-1})}; }

/// The sum of x1 x2 over all elements.
Values vector_dot(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  return {ops::reduce_sum(ops::multiply(counted(a), counted(b)))};
}

Value is_nan_of(const Value& x) { return ops::compare(CompareKind::not_equal, x, x); }

/// |x1 - x2| <= atol + rtol |x2|, or equal, as infinities are.
Values is_close(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const auto rtol = static_cast<float>(in.number("rtol", 1e-5)),
             atol = static_cast<float>(in.number("atol", 1e-8));
  const auto size = [](const Value& x) { return ops::unary(ops::UnaryKind::abs, x); };
  const Value near = ops::compare(CompareKind::less_equal, size(ops::subtract(a, b)),
                                  ops::affine(size(b), rtol, atol));
  const Value close = ops::compare(CompareKind::logical_or,
                                   ops::compare(CompareKind::logical_and, near, is_finite(b)),
                                   ops::compare(CompareKind::equal, a, b));
  if (!in.flag("equal_nan")) return {close};
  const Value nans = ops::compare(CompareKind::logical_and, is_nan_of(a), is_nan_of(b));
  return {ops::compare(CompareKind::logical_or, close, nans)};
}

template <int kSign>
Values is_endless_one(const Arguments& in) {
  return {ops::compare(CompareKind::equal, in.floats("x"), ops::constant(kSign * kEndless))};
}

/// x, with `otherwise` for NaN.
Value without_nan(const Value& x, float otherwise) {
  return ops::select(is_nan_of(x), ops::constant(otherwise), x);
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
  const Value counts = ops::cast(ops::compare(CompareKind::equal, x, x), DType::float32);
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
  const Value y = reduce(without_nan(x, -kSign * kEndless), axes, keepdims);
  const Value nans = ops::cast(is_nan_of(x), DType::float32);
  const Value all = truth(ops::reduce_min(nans, axes, keepdims));
  return {ops::select(all, ops::constant(std::numeric_limits<float>::quiet_NaN()), y)};
}

constexpr OperationInfo kMatricesTable[] = {
    {"numpy.Fliplr", "x", turned<1>},
    {"numpy.Flipud", "x", turned<0>},
    {"numpy.Rot90", "array", rotated},
    {"numpy.Diagonal", "x", diagonal},
    {"numpy.Trace", "x", trace},
    {"numpy.Vdot", "x1 x2", vector_dot},
    {"numpy.Isclose", "x1 x2 rtol atol equal_nan", is_close},
    {"numpy.Isposinf", "x", is_endless_one<1>},
    {"numpy.Isneginf", "x", is_endless_one<-1>},
    {"numpy.Nansum", "x", nan_sum},
    {"numpy.Nanmean", "x", nan_mean},
    {"numpy.Nanmax", "x", nan_extreme<1>},
    {"numpy.Nanmin", "x", nan_extreme<-1>},
};

}  // namespace

std::span<const OperationInfo> matrix_operations() { return kMatricesTable; }

}  // namespace linnet::inline v0::detail
