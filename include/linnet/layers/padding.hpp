// ZeroPadding and Cropping: more or less of the borders.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/margins.hpp>
#include <linnet/layers/spatial.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) with zeros added before and after each spatial axis.
template <int N>
struct ZeroPadding {
  static constexpr const char* kName =
      detail::of_axes(N, "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D");

  Margins<N> padding = 1;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("padding", self.padding);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// (batch, N sizes, channels) without so many positions before and after each spatial axis.
template <int N>
struct Cropping {
  static constexpr const char* kName = detail::of_axes(N, "Cropping1D", "Cropping2D", "Cropping3D");

  Margins<N> cropping = 1;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("cropping", self.cropping);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using ZeroPadding1D = ZeroPadding<1>;
using ZeroPadding2D = ZeroPadding<2>;
using ZeroPadding3D = ZeroPadding<3>;

using Cropping1D = Cropping<1>;
using Cropping2D = Cropping<2>;
using Cropping3D = Cropping<3>;

}  // namespace linnet::inline v0
