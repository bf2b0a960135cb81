// PReLU: a rectifier with learnt slopes.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// x, for negative x alpha * x with a learnt alpha for each position; one for all positions along
/// the shared axes (the batch is axis 0).
struct PReLU {
  static constexpr const char* kName = "PReLU";
  static constexpr MaskRule kMask = MaskRule::pass;

  Initializer alpha_initializer = "zeros";
  Regularizer alpha_regularizer = {};
  Constraint alpha_constraint = {};
  std::vector<Index> shared_axes = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("alpha_initializer", self.alpha_initializer);
    field("alpha_regularizer", self.alpha_regularizer);
    field("alpha_constraint", self.alpha_constraint);
    field("shared_axes", self.shared_axes);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
