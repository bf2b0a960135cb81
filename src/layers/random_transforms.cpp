// Each transform is six numbers a picture: where in x the pixel (row i, column j) of y is read.
#include <linnet/layers/random_crop.hpp>
#include <linnet/layers/random_transforms.hpp>
#include <linnet/layers/resizing.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <numbers>

#include "layers/draws.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

using detail::Draws;
using detail::ends_of;
using detail::Range;

constexpr Range kMinusOneToOne{-1, 1, true, true};
constexpr Range kAboveMinusOne{-1, 1, false, true};

/// How a layer reads x: (column) u = a0 j + a1 i + a2, (row) v = b0 j + b1 i + b2; each (batch, 1).
struct Reading {
  Value a0, a1, a2, b0, b1, b2;
};

/// The same number for each picture.
Value all(Index rows, float number) { return ops::constant(Tensor::full({rows, 1}, number)); }

/// y of x (channels last) by the numbers.
Value read(const ops::AffineTransform& op, const Value& x, const Reading& r) {
  return linnet::apply(op, {x, ops::concatenate({r.a0, r.a1, r.a2, r.b0, r.b1, r.b2})});
}

/// What an emit() below does: x as it is while predicting, else made anew by
/// change(x with channels last, batch, height, width), which knows all sizes.
template <class Change>
Value changed(Scope& scope, const Call& call, DataFormat format, Change change) {
  const Value given = ops::cast(call.input(), DType::float32);
  const Value x = detail::to_channels_last(given, format, 2);
  const Shape& shape = x.shape();
  if (!scope.training() || !shape.known()) return given;
  return detail::to_format(change(x, shape[0], shape[1], shape[2]), format);
}

}  // namespace

Value RandomFlip::emit(Scope& scope, const Call& call) const {
  return changed(scope, call, data_format, [&](const Value& x, Index batch, Index h, Index w) {
    // flip is 1 for pictures that are mirrored, else 0: place j is read at (1 - 2 flip) j + flip
    // (size - 1).
    const Value u = Draws(scope, seed).uniform(batch, {0, 1});
    const Value flip =
        ops::cast(ops::compare(ops::CompareKind::less_equal, u, all(batch, 0.5f)), DType::float32);
    const bool across = mode != "vertical", down = mode != "horizontal";
    const auto sign = [&](bool yes) { return yes ? ops::affine(flip, -2, 1) : all(batch, 1); };
    const auto shift = [&](bool yes, Index size) {
      return yes ? ops::affine(flip, static_cast<float>(size - 1)) : all(batch, 0);
    };
    const Value zero = all(batch, 0);
    return read({.interpolation = "nearest"}, x,
                {sign(across), zero, shift(across, w), zero, sign(down), shift(down, h)});
  });
}

Value RandomRotation::emit(Scope& scope, const Call& call) const {
  const FactorRange ends = ends_of("factor", factor, -1, kMinusOneToOne);
  return changed(scope, call, data_format, [&](const Value& x, Index batch, Index h, Index w) {
    // Around the middle (cx, cy): u = cos (j - cx) - sin (i - cy) + cx,
    //                             v = sin (j - cx) + cos (i - cy) + cy.
    const Value turns = Draws(scope, seed).uniform(batch, ends);
    const Value angle = ops::affine(turns, 2 * std::numbers::pi_v<float>);
    const Value cosine = ops::unary(ops::UnaryKind::cos, angle);
    const Value sine = ops::unary(ops::UnaryKind::sin, angle);
    const float cx = 0.5f * static_cast<float>(w - 1), cy = 0.5f * static_cast<float>(h - 1);
    const Value a2 = ops::add(ops::affine(cosine, -cx, cx), ops::affine(sine, cy));
    const Value b2 = ops::subtract(ops::affine(cosine, -cy, cy), ops::affine(sine, cx));
    return read({interpolation, fill_mode, fill_value}, x,
                {cosine, ops::affine(sine, -1), a2, sine, cosine, b2});
  });
}

Value RandomTranslation::emit(Scope& scope, const Call& call) const {
  const FactorRange down = ends_of("height_factor", height_factor, -1, kMinusOneToOne);
  const FactorRange right = ends_of("width_factor", width_factor, -1, kMinusOneToOne);
  return changed(scope, call, data_format, [&](const Value& x, Index batch, Index h, Index w) {
    Draws draws(scope, seed);
    const Value b2 = ops::affine(draws.uniform(batch, down), -static_cast<float>(h));
    const Value a2 = ops::affine(draws.uniform(batch, right), -static_cast<float>(w));
    const Value zero = all(batch, 0), one = all(batch, 1);
    return read({interpolation, fill_mode, fill_value}, x, {one, zero, a2, zero, one, b2});
  });
}

Value RandomZoom::emit(Scope& scope, const Call& call) const {
  const FactorRange high = ends_of("height_factor", height_factor, -1, kAboveMinusOne);
  const FactorRange wide =
      ends_of("width_factor", width_factor.value_or(height_factor), -1, kAboveMinusOne);
  return changed(scope, call, data_format, [&](const Value& x, Index batch, Index h, Index w) {
    // Around the middle c = (size - 1) / 2: v = zoom (i - c) + c.
    Draws draws(scope, seed);
    const Value b1 = ops::affine(draws.uniform(batch, high), 1, 1);
    const Value a0 = width_factor ? ops::affine(draws.uniform(batch, wide), 1, 1) : b1;
    const float cx = 0.5f * static_cast<float>(w - 1), cy = 0.5f * static_cast<float>(h - 1);
    const Value zero = all(batch, 0);
    return read({interpolation, fill_mode, fill_value}, x,
                {a0, zero, ops::affine(a0, -cx, cx), zero, b1, ops::affine(b1, -cy, cy)});
  });
}

Value RandomCrop::emit(Scope& scope, const Call& call) const {
  const Value given = ops::cast(call.input(), DType::float32);
  const Value x = detail::to_channels_last(given, data_format, 2);
  const Shape& shape = x.shape();
  const bool cuts = shape.known() && shape[1] > height && shape[2] > width;
  if (!scope.training() || !cuts || height < 1 || width < 1) {
    return Resizing{
        .height = height, .width = width, .crop_to_aspect_ratio = true, .data_format = data_format}
        .emit(scope, Call{{given}});
  }
  Draws draws(scope, seed);
  // 0, 1, ... places that are left over, each as likely, for all pictures of the batch.
  const auto first = [&](Index left_over) {
    const Value place = draws.uniform(1, {0, static_cast<double>(left_over + 1)});
    return ops::broadcast_to(ops::unary(ops::UnaryKind::floor, place), {shape[0], 1});
  };
  const Value row = first(shape[1] - height), column = first(shape[2] - width);
  const Value zero = all(shape[0], 0), one = all(shape[0], 1);
  const ops::AffineTransform op{.interpolation = "nearest", .height = height, .width = width};
  return detail::to_format(read(op, x, {one, zero, column, zero, one, row}), data_format);
}

}  // namespace linnet::inline v0
