// Resizing pictures: x (batch, height, width, channels) float32 to another height and width.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>

namespace linnet::inline v0 {

namespace detail {
struct Interpolations {  // in the order of ResizeKind
  static constexpr std::string_view kName = "interpolation";
  static constexpr std::string_view kWords[] = {"nearest",  "bilinear", "bicubic",
                                                "lanczos3", "lanczos5", "area"};
};
}  // namespace detail

/// How a picture is resized, as Keras names it; see ops::ResizeKind.
using Interpolation = Choice<detail::Interpolations>;

namespace ops {

/// From which places of x a place of y is made; both axes apart. Place i of `out` lies at
/// (i + 0.5) in / out - 0.5 of `in` (half-pixel centres).
///   nearest   the one that the place falls into
///   bilinear  1 - |d|, by distance d < 1
///   bicubic   Keys's polynomial, a = -0.5, d < 2
///   lanczos3, lanczos5  sinc(d) sinc(d / r), d < r = 3 or 5
///   area      the mean over the span that the place covers
enum class ResizeKind : std::uint8_t { nearest, bilinear, bicubic, lanczos3, lanczos5, area };

/// y (batch, height, width, channels), as tf.image.resize. Weights beyond the edges are left out
/// and the others raised, so that they sum to 1. With `antialias` a filter is as wide as a place of
/// y when y is smaller; nearest and area have no use for it.
struct Resize {
  static constexpr const char* kName = "resize";
  ResizeKind kind = ResizeKind::bilinear;
  Index height = 0, width = 0;
  bool antialias = false;
  static void fields(auto& self, FieldVisitor& field) {
    int kind = static_cast<int>(self.kind);
    field("kind", kind);
    self.kind = static_cast<ResizeKind>(kind);
    field("height", self.height);
    field("width", self.width);
    field("antialias", self.antialias);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The gradient by an x of this height and width: each place of dy spread over the places that it
/// was made from.
struct ResizeGrad {
  static constexpr const char* kName = "resize_grad";
  ResizeKind kind = ResizeKind::bilinear;
  Index height = 0, width = 0;
  bool antialias = false;
  static void fields(auto& self, FieldVisitor& field) { Resize::fields(self, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

LINNET_API ResizeKind resize_kind(Interpolation interpolation);
/// x itself if it has that size.
LINNET_API Value resize(const Value& x, Index height, Index width,
                        ResizeKind kind = ResizeKind::bilinear, bool antialias = false);

}  // namespace ops
}  // namespace linnet::inline v0
