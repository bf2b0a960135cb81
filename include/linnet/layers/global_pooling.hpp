// GlobalAveragePooling and GlobalMaxPooling: one row out of all positions.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, channels): the largest or the mean over all positions.
/// With one axis and a mask the mean is over the positions that the mask keeps; a row of which it
/// keeps none gives 0 (Keras: NaN). The largest ignores a mask, as in Keras.
template <int N, Pooled kind>
struct GlobalPooling {
  static constexpr const char* kName =
      kind == Pooled::max
          ? detail::of_axes(N, "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D")
          : detail::of_axes(N, "GlobalAveragePooling1D", "GlobalAveragePooling2D",
                            "GlobalAveragePooling3D");

  DataFormat data_format = "channels_last";
  bool keepdims = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("data_format", self.data_format);
    field("keepdims", self.keepdims);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

template <int N>
using GlobalAveragePooling = GlobalPooling<N, Pooled::average>;
using GlobalAveragePooling1D = GlobalAveragePooling<1>;
using GlobalAveragePooling2D = GlobalAveragePooling<2>;
using GlobalAveragePooling3D = GlobalAveragePooling<3>;

template <int N>
using GlobalMaxPooling = GlobalPooling<N, Pooled::max>;
using GlobalMaxPooling1D = GlobalMaxPooling<1>;
using GlobalMaxPooling2D = GlobalMaxPooling<2>;
using GlobalMaxPooling3D = GlobalMaxPooling<3>;

}  // namespace linnet::inline v0
