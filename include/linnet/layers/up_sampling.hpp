// UpSampling1D, UpSampling2D, UpSampling3D: each position becomes several.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/resize.hpp>

namespace linnet::inline v0 {

/// (batch, time, channels) -> (batch, time * size, channels): each step `size` times.
struct UpSampling1D {
  static constexpr const char* kName = "UpSampling1D";

  Index size = 2;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("size", self.size);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// (batch, h, w, channels) -> (batch, h * size, w * size, channels): each place `size` times, or
/// what lies between, as Resizing makes it.
struct UpSampling2D {
  static constexpr const char* kName = "UpSampling2D";

  Sizes<2> size = 2;
  DataFormat data_format = "channels_last";
  Interpolation interpolation = "nearest";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("size", self.size);
    field("data_format", self.data_format);
    field("interpolation", self.interpolation);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// (batch, 3 sizes, channels): each place `size` times along each axis.
struct UpSampling3D {
  static constexpr const char* kName = "UpSampling3D";

  Sizes<3> size = 2;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("size", self.size);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
