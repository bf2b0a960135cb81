// MaxPooling and AveragePooling over 1, 2 or 3 axes.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>
#include <optional>

namespace linnet::inline v0 {

/// (batch, N sizes, channels): of each window the largest element, or the mean of those that are
/// not padding. strides: pool_size, if not given.
template <int N, Pooled kind>
struct Pooling {
  static constexpr const char* kName =
      kind == Pooled::max
          ? detail::of_axes(N, "MaxPooling1D", "MaxPooling2D", "MaxPooling3D")
          : detail::of_axes(N, "AveragePooling1D", "AveragePooling2D", "AveragePooling3D");

  Sizes<N> pool_size = 2;
  std::optional<Sizes<N>> strides = {};
  Padding padding = "valid";
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("pool_size", self.pool_size);
    field("strides", self.strides);
    field("padding", self.padding);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

template <int N>
using MaxPooling = Pooling<N, Pooled::max>;
using MaxPooling1D = MaxPooling<1>;
using MaxPooling2D = MaxPooling<2>;
using MaxPooling3D = MaxPooling<3>;

template <int N>
using AveragePooling = Pooling<N, Pooled::average>;
using AveragePooling1D = AveragePooling<1>;
using AveragePooling2D = AveragePooling<2>;
using AveragePooling3D = AveragePooling<3>;

}  // namespace linnet::inline v0
