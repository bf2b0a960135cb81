// SpatialDropout: drops channels as a whole.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/spatial.hpp>
#include <optional>

namespace linnet::inline v0 {

/// Sets whole channels to 0 with probability `rate` while training, scales the others by
/// 1 / (1 - rate).
template <int N>
struct SpatialDropout {
  static constexpr const char* kName =
      detail::of_axes(N, "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D");
  static constexpr MaskRule kMask = MaskRule::pass;

  float rate = 0;
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("rate", self.rate);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using SpatialDropout1D = SpatialDropout<1>;
using SpatialDropout2D = SpatialDropout<2>;
using SpatialDropout3D = SpatialDropout<3>;

}  // namespace linnet::inline v0
