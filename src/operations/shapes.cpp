// Functions that give elements another shape, or make tensors of one value.
#include <algorithm>
#include <functional>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

Value filled(const Value& like, double value, DType dtype) {
  const Tensor one = Tensor::full({}, value).cast(dtype);
  return ops::broadcast_to(ops::constant(one), like.shape());
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
    sizes.push_back(size.is_null() ? ops::Reshape::axis(static_cast<int>(axis))
                                   : size.as_integer());
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

/// Equal parts, or at positions.
Values split(const Arguments& in) {
  const Value x = in.value("x");
  const int axis = axis_of(in.integer("axis", 0), x.shape().rank());
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
Values one_hot(const Arguments& in) {
  const Value ids = ops::cast(in.value("x"), DType::int32);
  const int rank = ids.shape().rank() + 1;
  const int axis = axis_of(in.integer("axis", -1), rank);
  const Index classes = few(in.integer("num_classes"), "classes");
  if (classes < 0) fail(ErrorCode::invalid_argument, cat("num_classes: ", classes));
  Tensor numbers(DType::int32, {classes});
  std::iota(numbers.data<std::int32_t>().begin(), numbers.data<std::int32_t>().end(), 0);
  Shape shape{classes};
  for (int i = axis + 1; i < rank; ++i) shape = shape.joined({1});
  const Value there = ops::compare(ops::CompareKind::equal, ops::expand_dims(ids, axis),
                                   ops::constant(numbers.reshaped(shape)));
  return {ops::cast(there, in.dtype("dtype", DType::float32))};
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
};

}  // namespace

std::span<const OperationInfo> shape_operations() { return kShapesTable; }

}  // namespace linnet::inline v0::detail
