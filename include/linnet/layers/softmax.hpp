// Softmax: shares that sum to 1.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// e^x over its sum along `axis`; positions that a mask drops (along the last axis) get 0.
struct Softmax {
  static constexpr const char* kName = "Softmax";
  static constexpr MaskRule kMask = MaskRule::pass;

  int axis = -1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
