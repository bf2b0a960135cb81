// RandomFlip, RandomRotation, RandomTranslation, RandomZoom: pictures moved while training.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/factor_range.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/affine_transform.hpp>
#include <optional>

namespace linnet::inline v0 {

namespace detail {
struct FlipModes {
  static constexpr std::string_view kName = "mode";
  static constexpr std::string_view kWords[] = {"horizontal", "vertical",
                                                "horizontal_and_vertical"};
};

/// What the layers that move pixels by parts of one end with.
void sampling_fields(auto& self, FieldVisitor& field) {
  field("fill_mode", self.fill_mode);
  field("interpolation", self.interpolation);
  field("seed", self.seed);
  field("fill_value", self.fill_value);
  field("data_format", self.data_format);
  field("name", self.name);
  field("trainable", self.trainable);
}
}  // namespace detail

/// Left and right (horizontal), top and bottom, or both at once.
using FlipMode = Choice<detail::FlipModes>;

// All take pictures (batch, height, width, channels), or (batch, channels, height, width) with
// data_format "channels_first". They change pictures while training only, each picture by numbers
// of its own, which depend on the model's seed, the layer, the step and the picture's place in the
// batch; `seed` makes them independent of where in the model the layer stands.

/// Mirrors one half of the pictures. With "horizontal_and_vertical" that is both ways, as in Keras.
struct RandomFlip {
  static constexpr const char* kName = "RandomFlip";

  FlipMode mode = "horizontal_and_vertical";
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("mode", self.mode);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// Turns around the middle by `factor` of a full turn: a number f is the range [-f, f], positive
/// is counter-clockwise. Factors are in [-1, 1].
struct RandomRotation {
  static constexpr const char* kName = "RandomRotation";

  FactorRange factor = 0;
  FillMode fill_mode = "reflect";
  AffineInterpolation interpolation = "bilinear";
  std::optional<Index> seed = {};
  float fill_value = 0;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("factor", self.factor);
    detail::sampling_fields(self, field);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// Moves by these parts of the height (positive: down) and width (positive: right); a number f is
/// the range [-f, f]. Factors are in [-1, 1].
struct RandomTranslation {
  static constexpr const char* kName = "RandomTranslation";

  FactorRange height_factor = 0;
  FactorRange width_factor = 0;
  FillMode fill_mode = "reflect";
  AffineInterpolation interpolation = "bilinear";
  std::optional<Index> seed = {};
  float fill_value = 0;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("height_factor", self.height_factor);
    field("width_factor", self.width_factor);
    detail::sampling_fields(self, field);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// Shows 1 + factor times as much of the height and width: positive zooms out, negative in; a
/// number f is the range [-f, f]. Without width_factor both zoom alike. Factors are in (-1, 1].
struct RandomZoom {
  static constexpr const char* kName = "RandomZoom";

  FactorRange height_factor = 0;
  std::optional<FactorRange> width_factor = {};
  FillMode fill_mode = "reflect";
  AffineInterpolation interpolation = "bilinear";
  std::optional<Index> seed = {};
  float fill_value = 0;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("height_factor", self.height_factor);
    field("width_factor", self.width_factor);
    detail::sampling_fields(self, field);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
