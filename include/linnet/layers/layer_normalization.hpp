// LayerNormalization: statistics of each sample along some axes.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta with mean and variance of each sample
/// along `axis`, and a gamma and a beta for each position along it. With rms_scaling, which Keras
/// keeps for old files: y = x / sqrt(variance + epsilon) * gamma.
struct LayerNormalization {
  static constexpr const char* kName = "LayerNormalization";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::vector<Index> axis = {-1};
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool rms_scaling = false;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("epsilon", self.epsilon);
    field("center", self.center);
    field("scale", self.scale);
    field("rms_scaling", self.rms_scaling);
    field("beta_initializer", self.beta_initializer);
    field("gamma_initializer", self.gamma_initializer);
    field("beta_regularizer", self.beta_regularizer);
    field("gamma_regularizer", self.gamma_regularizer);
    field("beta_constraint", self.beta_constraint);
    field("gamma_constraint", self.gamma_constraint);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
