#include <algorithm>
#include <linnet/ops/resize.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

Types resized(std::string_view where, std::span<const TensorType> inputs, Index height,
              Index width) {
  require_floats(where, inputs, 1);
  const Shape& x = inputs[0].shape;
  if (x.rank() != 4) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected (batch, height, width, channels), got ", x));
  }
  if (x[1] == 0 || x[2] == 0) {
    fail(ErrorCode::shape_mismatch, cat(where, ": a picture of no size: ", x));
  }
  if (height < 1 || width < 1) {
    fail(ErrorCode::invalid_argument,
         cat(where, ": height and width must be positive, got ", height, " and ", width));
  }
  return {{DType::float32, x.with(1, height).with(2, width)}};
}

}  // namespace

Types Resize::infer(std::span<const TensorType> inputs) const {
  return resized(kName, inputs, height, width);
}

std::vector<Gradient> Resize::grad(const GradCall& call) const {
  const Shape& x = call.x().shape();
  return {apply(ResizeGrad{kind, x[1], x[2], antialias}, {call.dy()})};
}

Types ResizeGrad::infer(std::span<const TensorType> inputs) const {
  return resized(kName, inputs, height, width);
}

std::vector<Gradient> ResizeGrad::grad(const GradCall& call) const {
  const Shape& x = call.x().shape();
  return {apply(Resize{kind, x[1], x[2], antialias}, {call.dy()})};
}

ResizeKind resize_kind(Interpolation interpolation) {
  const auto& words = detail::Interpolations::kWords;
  return static_cast<ResizeKind>(std::ranges::find(words, interpolation.word()) - words);
}

Value resize(const Value& x, Index height, Index width, ResizeKind kind, bool antialias) {
  const Shape& shape = x.shape();
  if (shape.rank() == 4 && shape[1] == height && shape[2] == width) return x;
  return apply(Resize{kind, height, width, antialias}, {x});
}

}  // namespace linnet::inline v0::ops
