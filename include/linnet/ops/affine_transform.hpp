// Affine transforms of pictures: turned, moved, zoomed, mirrored, cut.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>

namespace linnet::inline v0 {

namespace detail {
struct FillModes {
  static constexpr std::string_view kName = "fill_mode";
  static constexpr std::string_view kWords[] = {"reflect", "wrap", "constant", "nearest"};
};
struct AffineInterpolations {
  static constexpr std::string_view kName = "interpolation";
  static constexpr std::string_view kWords[] = {"nearest", "bilinear"};
};
}  // namespace detail

/// What lies beyond the edges of a picture a b c d, as Keras names it.
///   reflect   d c b a | a b c d | d c b a
///   wrap      a b c d | a b c d | a b c d
///   constant  k k k k | a b c d | k k k k
///   nearest   a a a a | a b c d | d d d d
using FillMode = Choice<detail::FillModes>;

/// How a picture is read between its pixels: the nearest one, or the four around by distance.
using AffineInterpolation = Choice<detail::AffineInterpolations>;

namespace ops {

/// y[b, i, j, :] = x[b, at (v, u), :], where with the numbers a0 a1 a2 b0 b1 b2 of picture b
///   u = a0 j + a1 i + a2  (column),  v = b0 j + b1 i + b2  (row).
/// Inputs x float32 (batch, h, w, channels) and the numbers, float32 (batch, 6). y has x's height
/// and width where these are `any`. As keras.ops.image.affine_transform.
struct AffineTransform {
  static constexpr const char* kName = "affine_transform";
  AffineInterpolation interpolation = "bilinear";
  FillMode fill_mode = "constant";
  float fill_value = 0;
  Index height = any, width = any;
  static void fields(auto& self, FieldVisitor& field) {
    field("interpolation", self.interpolation);
    field("fill_mode", self.fill_mode);
    field("fill_value", self.fill_value);
    field("height", self.height);
    field("width", self.width);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  /// By x; the numbers have none.
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The gradient by an x of this height and width: each place of dy spread over the places of x
/// that it was read from. Inputs dy and the numbers.
struct AffineTransformGrad {
  static constexpr const char* kName = "affine_transform_grad";
  AffineInterpolation interpolation = "bilinear";
  FillMode fill_mode = "constant";
  Index height = 1, width = 1;
  static void fields(auto& self, FieldVisitor& field) {
    field("interpolation", self.interpolation);
    field("fill_mode", self.fill_mode);
    field("height", self.height);
    field("width", self.width);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace ops
}  // namespace linnet::inline v0
