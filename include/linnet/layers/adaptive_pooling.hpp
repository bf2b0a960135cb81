// AdaptiveAveragePooling and AdaptiveMaxPooling: as many windows as wanted.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, output_size..., channels): output i of n over an axis of
/// size s is the largest or the mean of the elements floor(i s / n) to ceil((i + 1) s / n) - 1.
template <int N, Pooled kind>
struct AdaptivePooling {
  static constexpr const char* kName =
      kind == Pooled::max ? detail::of_axes(N, "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D",
                                            "AdaptiveMaxPooling3D")
                          : detail::of_axes(N, "AdaptiveAveragePooling1D",
                                            "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D");

  Sizes<N> output_size = 1;
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("output_size", self.output_size);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

template <int N>
using AdaptiveAveragePooling = AdaptivePooling<N, Pooled::average>;
using AdaptiveAveragePooling1D = AdaptiveAveragePooling<1>;
using AdaptiveAveragePooling2D = AdaptiveAveragePooling<2>;
using AdaptiveAveragePooling3D = AdaptiveAveragePooling<3>;

template <int N>
using AdaptiveMaxPooling = AdaptivePooling<N, Pooled::max>;
using AdaptiveMaxPooling1D = AdaptiveMaxPooling<1>;
using AdaptiveMaxPooling2D = AdaptiveMaxPooling<2>;
using AdaptiveMaxPooling3D = AdaptiveMaxPooling<3>;

}  // namespace linnet::inline v0
