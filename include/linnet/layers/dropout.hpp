// Dropout: sets a random part of its input to 0 while training.
#pragma once

#include <linnet/graph/layer.hpp>
#include <optional>

namespace linnet::inline v0 {

/// While training, each element is 0 with probability `rate` and x / (1 - rate) otherwise; else
/// y = x. Along axes where noise_shape is 1 all elements share one draw. The draws depend on the
/// model's seed, the layer, the step and the element, not on threads.
struct Dropout {
  static constexpr const char* kName = "Dropout";
  static constexpr MaskRule kMask = MaskRule::pass;

  float rate = 0;
  std::optional<Shape> noise_shape = {};
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("rate", self.rate);
    field("noise_shape", self.noise_shape);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
