// ActivityRegularization: a price on large values.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// y = x; l1 times the sum of |x| and l2 times the sum of x^2 over a batch, divided by its rows,
/// are added to the loss.
struct ActivityRegularization {
  static constexpr const char* kName = "ActivityRegularization";
  static constexpr MaskRule kMask = MaskRule::pass;

  float l1 = 0;
  float l2 = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("l1", self.l1);
    field("l2", self.l2);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
