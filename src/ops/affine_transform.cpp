#include <linnet/ops/affine_transform.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

Types transformed(std::string_view where, std::span<const TensorType> inputs, Index height,
                  Index width) {
  require_floats(where, inputs, 2);
  const Shape &x = inputs[0].shape, &numbers = inputs[1].shape;
  if (x.rank() != 4) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected (batch, height, width, channels), got ", x));
  }
  if (x[1] == 0 || x[2] == 0) {
    fail(ErrorCode::shape_mismatch, cat(where, ": a picture of no size: ", x));
  }
  if (!numbers.fits({x[0], 6})) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected six numbers for each picture of ", x, ", got ", numbers));
  }
  if ((height != any && height < 1) || (width != any && width < 1)) {
    fail(ErrorCode::invalid_argument,
         cat(where, ": height and width must be positive, got ", height, " and ", width));
  }
  return {{DType::float32,
           x.with(1, height == any ? x[1] : height).with(2, width == any ? x[2] : width)}};
}

}  // namespace

Types AffineTransform::infer(std::span<const TensorType> inputs) const {
  return transformed(kName, inputs, height, width);
}

std::vector<Gradient> AffineTransform::grad(const GradCall& call) const {
  const Shape& x = call.x().shape();
  const AffineTransformGrad back{interpolation, fill_mode, x[1], x[2]};
  return {apply(back, {call.dy(), call.x(1)}), Gradient()};
}

Types AffineTransformGrad::infer(std::span<const TensorType> inputs) const {
  return transformed(kName, inputs, height, width);
}

}  // namespace linnet::inline v0::ops
