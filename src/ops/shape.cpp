#include <limits>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

[[noreturn]] void refuse(std::string_view op, const Shape& x, const std::string& why) {
  fail(ErrorCode::shape_mismatch, cat(op, ": ", why, ", got ", x));
}

/// The product of `sizes`; `any` if one is unknown. Error: too large.
Index product(std::span<const Index> sizes) {
  const Shape shape(sizes);
  return shape.known() ? shape.elements() : any;
}

}  // namespace

Types Reshape::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  // Axes that y copies from x count on neither side: x's others must fill y's others.
  Shape y;
  std::vector<Index> from(x.begin(), x.end()), to;
  int open = -1;
  for (const Index size : sizes) {
    if (size == any) {
      if (open >= 0) refuse(kName, x, "only one size may be left open");
      open = y.rank();
      y = y.joined({any});
    } else if (size >= 0) {
      to.push_back(size);
      y = y.joined({size});
    } else {
      const int copied = require_axis(kName, -2 - size, x);
      from[static_cast<std::size_t>(copied)] = 1;
      y = y.joined({x[copied]});
    }
  }
  const Index have = product(from);
  const Index need = product(to);
  if (open >= 0 && have != any) {
    if (need == 0 ? have != 0 : have % need != 0) refuse(kName, x, cat("cannot fill ", y));
    y = y.with(open, need == 0 ? 0 : have / need);
  }
  const bool differ = x.known() && y.known() ? x.elements() != y.elements()
                                             : open < 0 && have != any && have != need;
  if (differ) refuse(kName, x, cat("cannot fill ", y));
  return {{inputs[0].dtype, y}};
}

std::vector<Gradient> Reshape::grad(const GradCall& call) const {
  return {reshape(call.dy(), call.x().shape())};
}

Types Transpose::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  Shape y;
  unsigned seen = 0;
  for (const Index from : perm) {
    const int axis = require_axis(kName, from, x);
    seen |= 1u << axis;
    y = y.joined({x[axis]});
  }
  if (y.rank() != x.rank() || seen != (1u << x.rank()) - 1) {
    refuse(kName, x, "perm must name every axis once");
  }
  return {{inputs[0].dtype, y}};
}

std::vector<Gradient> Transpose::grad(const GradCall& call) const {
  std::vector<Index> inverse(perm.size());
  const auto rank = static_cast<Index>(perm.size());
  for (Index i = 0; i < rank; ++i) {
    const Index from = perm[static_cast<std::size_t>(i)];
    inverse[static_cast<std::size_t>(from < 0 ? from + rank : from)] = i;
  }
  return {transpose(call.dy(), std::move(inverse))};
}

Types BroadcastTo::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  Shape y = shape;
  if (x.rank() > y.rank()) refuse(kName, x, cat("the target ", y, " has fewer axes"));
  for (int axis = 1; axis <= x.rank(); ++axis) {
    if (y[-axis] == any) y = y.with(-axis, x[-axis]);
    if (x[-axis] != y[-axis] && x[-axis] != 1 && x[-axis] != any) {
      refuse(kName, x, cat("expected a shape that broadcasts to ", shape));
    }
  }
  return {{inputs[0].dtype, y}};
}

std::vector<Gradient> BroadcastTo::grad(const GradCall& call) const {
  return {sum_to(call.dy(), call.x().shape())};
}

Types Concatenate::infer(std::span<const TensorType> inputs) const {
  if (inputs.empty()) fail(ErrorCode::invalid_argument, "concatenate: no inputs");
  const int at = require_axis(kName, axis, inputs[0].shape);
  Shape y = inputs[0].shape;
  Index total = 0;
  for (const TensorType& input : inputs) {
    require_dtype(kName, input, inputs[0].dtype);
    if (input.shape.rank() != y.rank() || !input.shape.with(at, any).fits(y.with(at, any))) {
      refuse(kName, input.shape, cat("expected ", inputs[0].shape, " but for axis ", at));
    }
    const Index size = input.shape[at];
    total = total == any || size == any ? any : total + size;
    for (int i = 0; i < y.rank(); ++i) {
      if (y[i] == any) y = y.with(i, input.shape[i]);
    }
  }
  return {{inputs[0].dtype, y.with(at, total)}};
}

std::vector<Gradient> Concatenate::grad(const GradCall& call) const {
  std::vector<Gradient> gradients;
  Index begin = 0;
  for (const Value& x : call.inputs) {
    const Index size = x.shape()[static_cast<int>(axis)];
    gradients.emplace_back(slice(call.dy(), axis, begin, size));
    begin += size;
  }
  return gradients;
}

Types Slice::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  const int at = require_axis(kName, axis, x);
  const Index width = x[at], most = width == any ? std::numeric_limits<Index>::max() : width;
  // Compared without sums, which a file's numbers may overflow.
  const bool inside = begin >= -most && begin <= most;
  const Index rest = !inside ? 0 : begin < 0 ? -begin : most - begin;
  if (!inside || size < any || size > rest) {
    fail(ErrorCode::out_of_range, cat("slice: ", size == any ? "the" : cat(size), " elements from ",
                                      begin, " along axis ", at, " of shape ", x));
  }
  const bool open = width == any && begin >= 0;
  return {{inputs[0].dtype, x.with(at, size != any ? size : open ? any : rest)}};
}

std::vector<Gradient> Slice::grad(const GradCall& call) const {
  const int at = static_cast<int>(axis);
  const Index width = call.x().shape()[at];
  const Index first = begin < 0 ? begin + width : begin;
  return {pad(call.dy(), axis, first, width - first - call.y().shape()[at])};
}

Types Pad::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  const int at = require_axis(kName, axis, x);
  constexpr Index kMost = 2147483647;
  if (before < 0 || after < 0 || before > kMost || after > kMost) {
    fail(ErrorCode::invalid_argument,
         cat("pad: expected counts up to ", kMost, ", got ", before, " and ", after));
  }
  return {{inputs[0].dtype, x[at] == any ? x : x.with(at, x[at] + before + after)}};
}

std::vector<Gradient> Pad::grad(const GradCall& call) const {
  return {slice(call.dy(), axis, before, call.x().shape()[static_cast<int>(axis)])};
}

Value reshape(const Value& x, const Shape& shape) {
  if (shape.known() && x.shape() == shape) return x;
  return apply(Reshape{{shape.begin(), shape.end()}}, {x});
}

Value expand_dims(const Value& x, Index axis) {
  const int rank = x.shape().rank();
  const Index at = axis < 0 ? axis + rank + 1 : axis;
  if (at < 0 || at > rank) {
    fail(ErrorCode::out_of_range, cat("expand_dims: axis ", axis, " for shape ", x.shape()));
  }
  std::vector<Index> sizes;
  for (int i = 0; i < rank; ++i) sizes.push_back(Reshape::axis(i));
  sizes.insert(sizes.begin() + at, 1);
  return apply(Reshape{std::move(sizes)}, {x});
}

Value squeeze(const Value& x, Index axis) {
  const int at = require_axis("squeeze", axis, x.shape());
  if (x.shape()[at] != 1) refuse("squeeze", x.shape(), cat("expected a size of 1 at axis ", at));
  std::vector<Index> sizes;
  for (int i = 0; i < x.shape().rank(); ++i) {
    if (i != at) sizes.push_back(Reshape::axis(i));
  }
  return apply(Reshape{std::move(sizes)}, {x});
}

Value flatten(const Value& x) {
  if (x.shape().rank() == 2) return x;
  if (x.shape().rank() < 2) return reshape(x, {any, 1});
  return apply(Reshape{{Reshape::axis(0), any}}, {x});
}

Value transpose(const Value& x, std::vector<Index> perm) {
  return apply(Transpose{std::move(perm)}, {x});
}

Value broadcast_to(const Value& x, const Shape& shape) {
  if (shape.known() && x.shape() == shape) return x;
  return apply(BroadcastTo{shape}, {x});
}

Value concatenate(Values inputs, Index axis) {
  return linnet::apply(Concatenate{axis}, std::move(inputs));
}

Value slice(const Value& x, Index axis, Index begin, Index size) {
  return apply(Slice{axis, begin, size}, {x});
}

Value pad(const Value& x, Index axis, Index before, Index after) {
  return apply(Pad{axis, before, after}, {x});
}

}  // namespace linnet::inline v0::ops
