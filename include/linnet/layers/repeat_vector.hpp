// RepeatVector: one row as n equal steps.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// (batch, features) -> (batch, n, features).
struct RepeatVector {
  static constexpr const char* kName = "RepeatVector";

  Index n = 1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("n", self.n);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
