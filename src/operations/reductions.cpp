// Functions over axes: sums, means, extremes, positions, norms.
#include <algorithm>
#include <functional>
#include <limits>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::UnaryKind;

/// The sum of truth is a count.
DType summed_dtype(DType x) { return x == DType::boolean ? DType::int32 : x; }

template <auto kReduce>
Values reduced(const Arguments& in) {
  const Value x = in.value("x");
  const Value y = kReduce(ops::cast(x, DType::float32), in.integers("axis"), in.flag("keepdims"));
  return {ops::cast(y, summed_dtype(x.dtype()))};
}

Values mean(const Arguments& in) {
  return {ops::reduce_mean(in.floats("x"), in.integers("axis"), in.flag("keepdims"))};
}

/// The mean of (x - mean)^2.
Value variance_of(const Value& x, const std::vector<Index>& axes, bool keepdims) {
  const Value apart = ops::subtract(x, ops::reduce_mean(x, axes, true));
  return ops::reduce_mean(ops::unary(UnaryKind::square, apart), axes, keepdims);
}

Values variance(const Arguments& in) {
  return {variance_of(in.floats("x"), in.integers("axis"), in.flag("keepdims"))};
}

Values deviation(const Arguments& in) { return {ops::unary(UnaryKind::sqrt, variance(in)[0])}; }

Values moments(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.integers("axes");
  const bool keepdims = in.flag("keepdims");
  return {ops::reduce_mean(x, axes, keepdims), variance_of(x, axes, keepdims)};
}

/// max + log(sum of e^(x - max))
Values logsumexp(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.integers("axis");
  const bool keepdims = in.flag("keepdims");
  const Value most = ops::reduce_max(x, axes, true);
  const Value powers = ops::unary(UnaryKind::exp, ops::subtract(x, most));
  const Value sum = ops::reduce_sum(powers, axes, keepdims);
  return {ops::add(ops::reduce_max(x, axes, keepdims), ops::unary(UnaryKind::log, sum))};
}

Values count_nonzero(const Arguments& in) {
  const Value x = in.value("x");
  const Value there =
      ops::compare(ops::CompareKind::not_equal, x, ops::constant(Tensor(x.dtype(), {})));
  const Value count = ops::reduce_sum(ops::cast(there, DType::float32), in.integers("axis"));
  return {ops::cast(count, DType::int32)};
}

Value all_in_a_row(const Value& x) { return ops::reshape(x, {any}); }

/// The position of the largest (sign 1) or smallest (-1) along one axis, or of all.
template <int kSign>
Values position(const Arguments& in) {
  Value x = ops::affine(in.floats("x"), kSign);
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
  Value y = ops::cast(x, summed_dtype(x.dtype()));
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

/// Along an axis of known size, a product with a triangle of ones.
Values cumulative_sum(const Arguments& in) {
  Value x = in.value("x");
  const DType dtype = in.dtype("dtype", summed_dtype(x.dtype()));
  x = ops::cast(x, DType::float32);
  if (!in.has("axis")) x = all_in_a_row(x);
  const int rank = x.shape().rank();
  const int axis = axis_of(in.integer("axis", 0), rank), last = rank - 1;
  const Index size = x.shape()[axis];
  if (size == any) return {ops::cast(x, dtype)};  // only its type counts
  if (size > 8192) fail(ErrorCode::unsupported, cat("sums of ", size, " elements"));
  Tensor triangle(DType::float32, {size, size});
  for (Index i = 0; i < size; ++i) {
    for (Index j = i; j < size; ++j) {
      triangle.data<float>()[static_cast<std::size_t>(i * size + j)] = 1;
    }
  }
  Value y = axis == last ? x : ops::transpose(x, moved_axis(rank, axis, last));
  if (rank == 1) y = ops::expand_dims(y, 0);
  y = ops::matmul(y, ops::constant(triangle));
  if (rank == 1) y = ops::squeeze(y, 0);
  if (axis != last) y = ops::transpose(y, moved_axis(rank, last, axis));
  return {ops::cast(y, dtype)};
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
  const std::vector<Index> axes = in.integers("axis");
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

/// x / max(norm, epsilon)
Values normalize(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.has("axis") ? in.integers("axis") : std::vector<Index>{-1};
  const Value norm = norm_of(x, in.number("order", 2), axes, true);
  const auto epsilon = static_cast<float>(in.number("epsilon", 1e-7));
  return {ops::divide(x, ops::maximum(norm, ops::constant(epsilon)))};
}

constexpr OperationInfo kReductionsTable[] = {
    {"numpy.Sum", "x", reduced<ops::reduce_sum>},
    {"numpy.Max", "x", reduced<ops::reduce_max>},
    {"numpy.Amax", "x", reduced<ops::reduce_max>},
    {"numpy.Min", "x", reduced<ops::reduce_min>},
    {"numpy.Amin", "x", reduced<ops::reduce_min>},
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
    {"linalg.Norm", "x", norm},
    {"nn.Normalize", "x", normalize},
};

}  // namespace

std::span<const OperationInfo> reduction_operations() { return kReductionsTable; }

}  // namespace linnet::inline v0::detail
