// Activation: a function of each element, as a layer.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/ops/activation.hpp>

namespace linnet::inline v0 {

/// y = activation(x); any shape.
struct Activation {
  static constexpr const char* kName = "Activation";
  static constexpr MaskRule kMask = MaskRule::pass;

  ActivationFunction activation = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("activation", self.activation);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
