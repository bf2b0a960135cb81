// Resizing and CenterCrop: pictures of any size to pictures of one size.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/resize.hpp>

namespace linnet::inline v0 {

/// (batch, h, w, channels) -> (batch, height, width, channels) as tf.image.resize, half-pixel
/// centres. What the picture shows keeps its shape if a part is cut from its middle before
/// (crop_to_aspect_ratio), or bars of fill_value are put on two sides of it (pad_to_aspect_ratio).
/// data_format "channels_first": (batch, channels, h, w).
struct Resizing {
  static constexpr const char* kName = "Resizing";

  Index height = 0, width = 0;
  Interpolation interpolation = "bilinear";
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";  ///< nothing else
  float fill_value = 0;
  bool antialias = false;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("height", self.height);
    field("width", self.width);
    field("interpolation", self.interpolation);
    field("crop_to_aspect_ratio", self.crop_to_aspect_ratio);
    field("pad_to_aspect_ratio", self.pad_to_aspect_ratio);
    field("fill_mode", self.fill_mode);
    field("fill_value", self.fill_value);
    field("antialias", self.antialias);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// The middle height x width of each picture. A picture that is smaller along an axis is resized
/// (bilinear) from as large a part of its middle as has the shape.
struct CenterCrop {
  static constexpr const char* kName = "CenterCrop";

  Index height = 0, width = 0;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("height", self.height);
    field("width", self.width);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
