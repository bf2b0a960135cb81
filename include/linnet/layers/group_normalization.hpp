// GroupNormalization and RMSNormalization: statistics of one sample.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// Like BatchNormalization with the statistics of each sample: over all its positions and the
/// channels of one of `groups` equal runs along `axis`; -1: as many groups as channels.
struct GroupNormalization {
  static constexpr const char* kName = "GroupNormalization";
  static constexpr MaskRule kMask = MaskRule::pass;

  Index groups = 32;
  int axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("groups", self.groups);
    field("axis", self.axis);
    field("epsilon", self.epsilon);
    field("center", self.center);
    field("scale", self.scale);
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

/// y = x / sqrt(mean of x^2 along `axis` + epsilon) * scale, with one scale for each position along
/// it; but if the last axes have these sizes, the scale stands along them, as in Keras.
struct RMSNormalization {
  static constexpr const char* kName = "RMSNormalization";

  std::vector<Index> axis = {-1};
  double epsilon = 1e-6;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("epsilon", self.epsilon);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
