// UnitNormalization: length 1.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// y = x / sqrt(sum of x^2 along `axis`); where that root is below 1e-12 it counts as 1e-12.
struct UnitNormalization {
  static constexpr const char* kName = "UnitNormalization";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::vector<Index> axis = {-1};
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
