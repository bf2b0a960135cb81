// Masking: leaves out time steps that hold one value only.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// x (batch, time, features), or any axes before the features. A step all of whose features are
/// mask_value is left out by the output's mask, and 0 in the output. As in Keras, a mask that x has
/// counts no more.
struct Masking {
  static constexpr const char* kName = "Masking";

  float mask_value = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("mask_value", self.mask_value);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
