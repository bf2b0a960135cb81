// Functions that sort, and that take elements by their places along an axis.
#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/sort.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

/// y[..., j] = x[..., ids[..., j]]: the same axes in front; negative ids count from the end. Those
/// outside are given to Gather as -1, which it refuses.
Value along_last(const Value& x, const Value& ids) {
  const Shape shape = x.shape().with(-1, ids.shape()[-1]);
  if (!x.shape().known() || !ids.shape().known()) {
    return ops::input("sizes to be known", {x.dtype(), shape});
  }
  const Index size = x.shape()[-1], rows = x.shape().without(-1).elements();
  const Value zero = ops::constant(Tensor(DType::int32, {})),
              one_row = ops::constant(Tensor::full({}, static_cast<std::int32_t>(size)));
  const Value behind = ops::compare(ops::CompareKind::less, ids, zero);
  const Value places =
      ops::reshape(ops::select(behind, ops::add(ids, one_row), ids), {rows, ids.shape()[-1]});
  const Value within = ops::compare(ops::CompareKind::logical_and,
                                    ops::compare(ops::CompareKind::less_equal, zero, places),
                                    ops::compare(ops::CompareKind::less, places, one_row));
  const Value starts = ops::multiply(ops::expand_dims(ascending(rows), 1), one_row);
  const Value chosen =
      apply(ops::Gather{}, {ops::reshape(x, {rows * size, 1}),
                            ops::select(within, ops::add(places, starts),
                                        ops::constant(Tensor::full({}, std::int32_t{-1})))});
  return ops::reshape(chosen, shape);
}

Value to_last(const Value& x, int axis) {
  const int rank = x.shape().rank();
  return axis == rank - 1 ? x : ops::transpose(x, moved_axis(rank, axis, rank - 1));
}

Value from_last(const Value& x, int axis) {
  const int rank = x.shape().rank();
  return axis == rank - 1 ? x : ops::transpose(x, moved_axis(rank, rank - 1, axis));
}

/// TensorFlow's word for the order.
bool is_descending(const Arguments& in) {
  const std::string_view word = in.text("direction", "ASCENDING");
  if (word != "ASCENDING" && word != "DESCENDING") {
    fail(ErrorCode::invalid_argument, cat("direction: '", word, "'"));
  }
  return word == "DESCENDING";
}

/// x with the axis to sort as its last, and where that was.
struct Sortable {
  Value x;
  int axis = 0;
};

Sortable sortable(const Arguments& in) {
  Value x = in.value("x");
  if (in.given("axis") && !in.has("axis")) x = ops::reshape(x, {any});
  const int axis = axis_of(in.integer("axis", -1), x.shape().rank());
  return {to_last(x, axis), axis};
}

Values sort(const Arguments& in) {
  const auto [x, axis] = sortable(in);
  const Value order = apply(ops::ArgSort{is_descending(in)}, {counted(x)});
  return {from_last(along_last(x, order), axis)};
}

Values argsort(const Arguments& in) {
  const auto [x, axis] = sortable(in);
  return {from_last(apply(ops::ArgSort{is_descending(in)}, {counted(x)}), axis)};
}

/// The k largest along the last axis, and their places.
Values top_k(const Arguments& in) {
  const Value x = in.value("x");
  in.find("sorted");  // they always are
  const Index k = in.integer("k", 1), size = x.shape().rank() > 0 ? x.shape()[-1] : 0;
  if (k < 0 || (size != any && k > size)) {
    fail(ErrorCode::out_of_range, cat("k: ", k, " of ", size, " elements"));
  }
  const Value order = ops::slice(apply(ops::ArgSort{true}, {counted(x)}), -1, 0, k);
  return {along_last(x, order), order};
}

Values take_along_axis(const Arguments& in) {
  Value x = in.value("x"), ids = ops::cast(in.value("indices"), DType::int32);
  if (in.given("axis") && !in.has("axis")) {
    x = ops::reshape(x, {any});
    ids = ops::reshape(ids, {any});
  }
  const int rank = x.shape().rank(), axis = axis_of(in.integer("axis", -1), rank);
  if (ids.shape().rank() != rank) {
    fail(ErrorCode::shape_mismatch, cat("indices of shape ", ids.shape(), " for ", x.shape()));
  }
  x = to_last(x, axis);
  ids = to_last(ids, axis);
  for (int i = 0; i + 1 < rank; ++i) {
    const Index own = x.shape()[i], theirs = ids.shape()[i];
    if (own == theirs) continue;
    if (own == 1) x = ops::broadcast_to(x, x.shape().with(i, theirs));
    if (theirs == 1) ids = ops::broadcast_to(ids, ids.shape().with(i, own));
  }
  return {from_last(along_last(x, ids), axis)};
}

/// The mean of the two in the middle; NaN beside a NaN, which is sorted behind all else.
Values median(const Arguments& in) {
  Value x = in.floats("x");
  const int rank = x.shape().rank();
  std::vector<Index> axes = in.axes("axis");
  for (Index axis = 0; !in.has("axis") && axis < rank; ++axis) axes.push_back(axis);
  for (Index& axis : axes) axis = axis_of(axis, rank);
  std::vector<Index> perm, sizes, open;
  Index count = 1;
  for (Index axis = 0; axis < rank; ++axis) {
    const bool listed = std::ranges::find(axes, axis) != axes.end();
    const Index size = x.shape()[static_cast<int>(axis)];
    if (!listed) perm.push_back(axis);
    open.push_back(listed ? 1 : size);
    if (!listed) sizes.push_back(ops::Reshape::axis(static_cast<int>(sizes.size())));
    if (listed) count = count == any || size == any ? any : count * size;
  }
  for (const Index axis : axes) perm.push_back(axis);
  sizes.push_back(count);
  x = apply(ops::Reshape{sizes}, {ops::transpose(x, perm)});
  const bool keepdims = in.flag("keepdims");
  const Shape shape = keepdims ? Shape(open) : x.shape().without(-1);
  if (count == any || !x.shape().known()) {
    return {ops::input("sizes to be known", {x.dtype(), shape})};
  }
  if (count == 0) fail(ErrorCode::shape_mismatch, "the median of nothing");
  const Value sorted = along_last(x, apply(ops::ArgSort{}, {x}));
  const auto at = [&](Index place) { return ops::slice(sorted, -1, place, 1); };
  const Value sum = ops::add(at((count - 1) / 2), at(count / 2));
  const Value last = at(count - 1), is_nan = ops::compare(ops::CompareKind::not_equal, last, last);
  return {ops::reshape(ops::select(is_nan, last, ops::affine(sum, 0.5f)), shape)};
}

constexpr OperationInfo kOrderingTable[] = {
    {"numpy.Sort", "x", sort},     {"numpy.Argsort", "x", argsort},
    {"math.TopK", "x", top_k},     {"numpy.TakeAlongAxis", "x indices", take_along_axis},
    {"numpy.Median", "x", median},
};

}  // namespace

std::span<const OperationInfo> ordering_operations() { return kOrderingTable; }

}  // namespace linnet::inline v0::detail
