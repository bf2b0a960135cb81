// Reshape: the same elements under another shape.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// (batch, ...) -> (batch, target_shape...), row-major. One size of target_shape may be `any` (-1):
/// what is left.
struct Reshape {
  static constexpr const char* kName = "Reshape";

  std::vector<Index> target_shape = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("target_shape", self.target_shape);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
