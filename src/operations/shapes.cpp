// Functions that give elements another shape, or make tensors of one value.
#include <algorithm>
#include <functional>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

Value filled(const Value& like, double value, DType dtype) {
  const Tensor one = Tensor::full({}, value).cast(dtype);
  return ops::broadcast_to(ops::constant(one), like.shape());
}

Value reshaped(const Value& x, const Shape& shape) {
  const bool known = std::ranges::count(shape, any) <= 1;
  return known ? ops::reshape(x, shape) : ops::input("sizes to be known", {x.dtype(), shape});
}

Value ascending(Index count) {
  Tensor numbers(DType::int32, {few(count, "places")});
  std::iota(numbers.data<std::int32_t>().begin(), numbers.data<std::int32_t>().end(), 0);
  return ops::constant(numbers);
}

Value lower_triangle(Index rows, Index columns, Index k) {
  const Value last = ops::add(ops::expand_dims(ascending(rows), 1),
                              ops::constant(Tensor::full({}, static_cast<std::int32_t>(k))));
  return ops::compare(ops::CompareKind::less_equal, ascending(columns), last);
}

namespace {

/// A null is a size that the file did not know: that of the same axis of x, if more are open.
Values reshape(const Arguments& in) {
  const Value x = in.value("x");
  std::vector<Index> sizes;
  const Config& given = in.at("newshape");
  const bool list = given.is_list();
  for (Index axis = 0; axis < (list ? static_cast<Index>(given.items().size()) : 1); ++axis) {
    const Config& size = list ? given.items()[static_cast<std::size_t>(axis)] : given;
    const Index number = size.is_null() ? any : size.as_integer();
    if (number < any) fail(ErrorCode::corrupt_file, cat("newshape: a size of ", number));
    sizes.push_back(size.is_null() ? ops::Reshape::axis(static_cast<int>(axis)) : number);
  }
  const auto open = std::ranges::count_if(sizes, [](Index size) { return size < 0; });
  if (open == 1)
    std::ranges::replace_if(
        sizes, [](Index size) { return size < 0; }, any);
  return {apply(ops::Reshape{std::move(sizes)}, {x})};
}

Values ravel(const Arguments& in) { return {ops::reshape(in.value("x"), {any})}; }

Values transpose(const Arguments& in) {
  const Value x = in.value("x");
  std::vector<Index> axes = in.integers("axes");
  if (!in.has("axes")) {
    axes.resize(static_cast<std::size_t>(x.shape().rank()));
    std::iota(axes.rbegin(), axes.rend(), 0);
  }
  return {ops::transpose(x, std::move(axes))};
}

Values swap_axes(const Arguments& in) {
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  std::vector<Index> perm(static_cast<std::size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[static_cast<std::size_t>(axis_of(in.integer("axis1"), rank))],
            perm[static_cast<std::size_t>(axis_of(in.integer("axis2"), rank))]);
  return {ops::transpose(x, std::move(perm))};
}

Values move_axis(const Arguments& in) {
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  const std::vector<Index> from = in.integers("source"), to = in.integers("destination");
  if (from.size() != to.size())
    fail(ErrorCode::invalid_argument, "expected as many axes to as from");
  std::vector<Index> perm(static_cast<std::size_t>(rank), -1), rest;
  for (std::size_t i = 0; i < from.size(); ++i) {
    perm[static_cast<std::size_t>(axis_of(to[i], rank))] = axis_of(from[i], rank);
  }
  Index next = 0;
  for (Index& axis : perm) {
    if (axis >= 0) continue;
    const auto is_moved = [&](Index at) {
      return std::ranges::any_of(from, [&](Index f) { return axis_of(f, rank) == at; });
    };
    while (is_moved(next)) ++next;
    axis = next++;
  }
  return {ops::transpose(x, std::move(perm))};
}

Values expand_dims(const Arguments& in) {
  Value x = in.value("x");
  std::vector<Index> axes = in.integers("axis");
  const int rank = x.shape().rank() + static_cast<int>(axes.size());
  for (Index& axis : axes) axis = axis_of(axis, rank);
  std::ranges::sort(axes);
  for (const Index axis : axes) x = ops::expand_dims(x, axis);
  return {x};
}

/// Without axes, all of size 1 but the batch's.
Values squeeze(const Arguments& in) {
  Value x = in.value("x");
  const int rank = x.shape().rank();
  std::vector<Index> axes = in.integers("axis");
  for (Index& axis : axes) axis = axis_of(axis, rank);
  for (int axis = 1; !in.has("axis") && axis < rank; ++axis) {
    if (x.shape()[axis] == 1) axes.push_back(axis);
  }
  std::ranges::sort(axes, std::greater{});
  for (const Index axis : axes) x = ops::squeeze(x, axis);
  return {x};
}

Values concatenate(const Arguments& in) {
  return {ops::concatenate(in.values("xs"), in.integer("axis", 0))};
}

Values stack(const Arguments& in) {
  Values parts = in.values("x");
  if (parts.empty()) fail(ErrorCode::invalid_argument, "nothing to stack");
  const int axis = axis_of(in.integer("axis", 0), parts[0].shape().rank() + 1);
  for (Value& part : parts) part = ops::expand_dims(part, axis);
  return {ops::concatenate(std::move(parts), axis)};
}

/// Vectors one behind the other, all else along axis 1.
Values side_by_side(const Arguments& in) {
  Values parts = in.values("xs");
  const bool vectors = !parts.empty() && parts[0].shape().rank() <= 1;
  for (Value& part : parts) {
    if (part.shape().rank() == 0) part = ops::expand_dims(part, 0);
  }
  return {ops::concatenate(std::move(parts), vectors ? 0 : 1)};
}

/// Vectors as rows, all else along axis 0.
Values on_top(const Arguments& in) {
  Values parts = in.values("xs");
  for (Value& part : parts) {
    while (part.shape().rank() < 2) part = ops::expand_dims(part, 0);
  }
  return {ops::concatenate(std::move(parts), 0)};
}

Index known_size(const Value& x, int axis) {
  if (x.shape()[axis] != any) return x.shape()[axis];
  fail(ErrorCode::unsupported, cat("the size of axis ", Index{axis}, " is not known"));
}

constexpr Index kMostParts = 4096;  // each is a node

/// Parts of equal size, or between positions.
Values split_along(const Arguments& in, const Value& x, int axis) {
  const Index size = known_size(x, axis);
  std::vector<Index> ends = in.integers("indices_or_sections");
  if (in.at("indices_or_sections").is_number()) {
    const Index count = few(ends.at(0), "parts", kMostParts);
    if (count < 1 || size % count != 0) {
      fail(ErrorCode::shape_mismatch, cat(size, " elements do not make ", count, " equal parts"));
    }
    ends.clear();
    for (Index i = 1; i < count; ++i) ends.push_back(size / count * i);
  }
  ends.push_back(size);
  few(static_cast<Index>(ends.size()), "parts", kMostParts);
  Values parts;
  Index begin = 0;
  for (Index end : ends) {
    end = std::clamp<Index>(end < 0 ? end + size : end, begin, size);
    parts.push_back(ops::slice(x, axis, begin, end - begin));
    begin = end;
  }
  return parts;
}

Values split(const Arguments& in) {
  const Value x = in.value("x");
  return split_along(in, x, axis_of(in.integer("axis", 0), x.shape().rank()));
}

Values side_split(const Arguments& in) {
  const Value x = in.value("x");
  return split_along(in, x, x.shape().rank() > 1 ? 1 : 0);
}

/// Parts of which the first may have one element more.
Values uneven_split(const Arguments& in) {
  if (!in.at("indices_or_sections").is_number()) return split(in);
  const Value x = in.value("x");
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
  const Index size = known_size(x, axis),
              count = few(in.integer("indices_or_sections"), "parts", kMostParts);
  if (count < 1) fail(ErrorCode::invalid_argument, cat(count, " parts"));
  Values parts;
  Index begin = 0;
  for (Index i = 0; i < count; ++i) {
    const Index part = size / count + (i < size % count ? 1 : 0);
    parts.push_back(ops::slice(x, axis, begin, part));
    begin += part;
  }
  return parts;
}

Values append(const Arguments& in) {
  auto [a, b] = in.alike("x1", "x2");
  if (in.has("axis")) return {ops::concatenate({a, b}, in.integer("axis"))};
  return {ops::concatenate({ops::reshape(a, {any}), ops::reshape(b, {any})}, 0)};
}

/// Behind one another along axis 2.
Values deep_stack(const Arguments& in) {
  Values parts = in.values("xs");
  for (Value& part : parts) {
    if (part.shape().rank() == 1) part = ops::expand_dims(part, 0);
    if (part.shape().rank() == 2) part = ops::expand_dims(part, 2);
  }
  return {ops::concatenate(std::move(parts), 2)};
}

/// Differences of neighbours, n times.
Values differences(const Arguments& in) {
  Value x = in.value("a");
  const int axis = axis_of(in.integer("axis", -1), x.shape().rank());
  if (x.dtype() == DType::boolean) fail(ErrorCode::unsupported, "differences of truth");
  const Index times = few(in.integer("n", 1), "differences", kMostParts),
              size = known_size(x, axis);
  for (Index i = 0; i < std::min(times, size); ++i) {
    const Index left = size - i - 1;
    x = ops::subtract(ops::slice(x, axis, 1, left), ops::slice(x, axis, 0, left));
  }
  return {x};
}

/// 0 above the diagonal k (upper: below).
template <bool kUpper>
Values triangle(const Arguments& in) {
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  if (rank < 2) fail(ErrorCode::shape_mismatch, cat("a triangle of ", x.shape()));
  const Index rows = x.shape()[-2], columns = x.shape()[-1], k = in.integer("k", 0);
  if (rows == any || columns == any) return {x};  // only its type counts
  const Index last = std::clamp<Index>(k, -rows, columns) - (kUpper ? 1 : 0);
  const Value below = lower_triangle(rows, columns, last),
              zero = ops::constant(Tensor(x.dtype(), {}));
  return {kUpper ? ops::select(below, zero, x) : ops::select(below, x, zero)};
}

/// The size of the blocks of x (batch, height, width, channels).
Index block_of(const Arguments& in, const Value& x) {
  const Index block = few(in.integer("block_size"), "places of a block", 1024);
  if (in.text("data_format", "channels_last") != "channels_last" || x.shape().rank() != 4) {
    fail(ErrorCode::unsupported, "other than (batch, height, width, channels)");
  }
  for (const int axis : {1, 2}) few(std::max<Index>(x.shape()[axis], 0), "places", Index{1} << 31);
  few(known_size(x, 3), "places", Index{1} << 31);
  return block;
}

/// Blocks of channels laid out over height and width.
Values depth_to_space(const Arguments& in) {
  const Value x = in.value("x");
  const Index block = block_of(in, x), h = x.shape()[1], w = x.shape()[2], c = x.shape()[3];
  if (block < 1 || c % (block * block) != 0) {
    fail(ErrorCode::shape_mismatch, cat(c, " channels make no blocks of ", block));
  }
  const Index depth = c / (block * block);
  const auto times = [&](Index size) { return size == any ? any : size * block; };
  const Index n = x.shape()[0];
  const Value blocks = reshaped(x, {n, h, w, block, block, depth});
  const Value y = ops::transpose(blocks, {0, 1, 3, 2, 4, 5});
  return {reshaped(y, {n, times(h), times(w), depth})};
}

Values space_to_depth(const Arguments& in) {
  const Value x = in.value("x");
  const Index block = block_of(in, x), h = x.shape()[1], w = x.shape()[2], c = x.shape()[3];
  const auto part = [&](Index size) { return size == any ? any : size / block; };
  if (block < 1 || (h != any && h % block != 0) || (w != any && w % block != 0)) {
    fail(ErrorCode::shape_mismatch, cat(x.shape(), " makes no blocks of ", block));
  }
  const Index n = x.shape()[0];
  const Value blocks = reshaped(x, {n, part(h), block, part(w), block, c});
  const Value y = ops::transpose(blocks, {0, 1, 3, 2, 4, 5});
  return {reshaped(y, {n, part(h), part(w), block * block * c})};
}

Values unstack(const Arguments& in) {
  const Value x = in.value("x");
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
  in.find("num");
  Values parts;
  for (Index i = 0; i < few(known_size(x, axis), "parts", kMostParts); ++i) {
    parts.push_back(ops::squeeze(ops::slice(x, axis, i, 1), axis));
  }
  return parts;
}

Values broadcast_to(const Arguments& in) {
  return {ops::broadcast_to(in.value("x"), Shape(in.integers("shape")))};
}

template <int kValue>
Values all_equal(const Arguments& in) {
  const Value x = in.value("x");
  return {filled(x, kValue, in.dtype("dtype", x.dtype()))};
}

Values full_like(const Arguments& in) {
  const Value x = in.value("x");
  return {filled(x, in.number("fill_value"), in.dtype("dtype", x.dtype()))};
}

/// 1 where an id is the position along a new axis.
Value hot(const Arguments& in, const Value& given) {
  const Value ids = ops::cast(given, DType::int32);
  const int rank = ids.shape().rank() + 1;
  const int axis = axis_of(in.integer("axis", -1), rank);
  const Index classes = few(in.integer("num_classes"), "classes");
  if (classes < 0) fail(ErrorCode::invalid_argument, cat("num_classes: ", classes));
  Value numbers = ascending(classes);
  for (int i = axis + 1; i < rank; ++i) numbers = ops::expand_dims(numbers, -1);
  return ops::compare(ops::CompareKind::equal, ops::expand_dims(ids, axis), numbers);
}

Values one_hot(const Arguments& in) {
  return {ops::cast(hot(in, in.value("x")), in.dtype("dtype", DType::float32))};
}

/// 1 at each class that one of a row's ids names.
Values multi_hot(const Arguments& in) {
  const Value ids = in.value("inputs");
  const Value each = hot(in, ids);
  const Value y =
      ops::reduce_max(ops::cast(each, DType::float32), {ids.shape().rank() > 1 ? 1 : 0});
  return {ops::cast(y, in.dtype("dtype", DType::float32))};
}

constexpr OperationInfo kShapesTable[] = {
    {"numpy.Reshape", "x", reshape},
    {"numpy.Ravel", "x", ravel},
    {"numpy.Transpose", "x", transpose},
    {"numpy.Swapaxes", "x", swap_axes},
    {"numpy.Moveaxis", "x", move_axis},
    {"numpy.ExpandDims", "x", expand_dims},
    {"numpy.Squeeze", "x", squeeze},
    {"numpy.Concatenate", "xs", concatenate},
    {"numpy.Hstack", "xs", side_by_side},
    {"numpy.Vstack", "xs", on_top},
    {"numpy.Stack", "x", stack},
    {"numpy.Split", "x", split},
    {"core.Unstack", "x", unstack},
    {"numpy.BroadcastTo", "x", broadcast_to},
    {"numpy.ZerosLike", "x", all_equal<0>},
    {"numpy.OnesLike", "x", all_equal<1>},
    {"numpy.FullLike", "x fill_value", full_like},
    {"nn.OneHot", "x", one_hot},
    {"nn.MultiHot", "inputs", multi_hot},
    {"numpy.Hsplit", "x", side_split},
    {"numpy.ArraySplit", "x", uneven_split},
    {"numpy.Dstack", "xs", deep_stack},
    {"numpy.Append", "x1 x2", append},
    {"numpy.Diff", "a", differences},
    {"numpy.Tril", "x", triangle<false>},
    {"numpy.Triu", "x", triangle<true>},
    {"nn.DepthToSpace", "x", depth_to_space},
    {"nn.SpaceToDepth", "x", space_to_depth},
};

}  // namespace

std::span<const OperationInfo> shape_operations() { return kShapesTable; }

}  // namespace linnet::inline v0::detail
