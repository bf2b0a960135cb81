// Identity: its input.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// y = x, of any dtype; a placeholder where a layer may stand.
struct Identity {
  static constexpr const char* kName = "Identity";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
