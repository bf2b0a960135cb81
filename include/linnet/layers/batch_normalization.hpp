// BatchNormalization: each channel to mean 0 and variance 1.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// Bounds of what `renorm` does to a batch; null: none.
struct RenormClipping {
  std::optional<double> rmax = {}, rmin = {}, dmax = {};

  LINNET_API Config to_config() const;
  LINNET_API static RenormClipping from_config(const Config& config);
};

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta for each position along `axis`. While
/// training, mean and variance are the batch's (of the positions that a mask keeps), and the
/// moving statistics follow: m = m * momentum + batch * (1 - momentum). Else, and while the layer
/// is frozen, they are the moving ones. Weights: gamma, beta, moving_mean, moving_variance.
/// With `renorm` (batch renormalization) training too normalizes by statistics of many batches:
/// those of the batch are corrected, (x - mean) / deviation * r + d, by renorm_mean and
/// renorm_stddev, which move by `renorm_momentum`. Further weights: moving_stddev and those two.
struct BatchNormalization {
  static constexpr const char* kName = "BatchNormalization";
  static constexpr MaskRule kMask = MaskRule::pass;

  int axis = -1;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Initializer moving_mean_initializer = "zeros";
  Initializer moving_variance_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  bool renorm = false;
  RenormClipping renorm_clipping = {};
  double renorm_momentum = 0.99;
  bool synchronized = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("momentum", self.momentum);
    field("epsilon", self.epsilon);
    field("center", self.center);
    field("scale", self.scale);
    field("beta_initializer", self.beta_initializer);
    field("gamma_initializer", self.gamma_initializer);
    field("moving_mean_initializer", self.moving_mean_initializer);
    field("moving_variance_initializer", self.moving_variance_initializer);
    field("beta_regularizer", self.beta_regularizer);
    field("gamma_regularizer", self.gamma_regularizer);
    field("beta_constraint", self.beta_constraint);
    field("gamma_constraint", self.gamma_constraint);
    field("renorm", self.renorm);
    field("renorm_clipping", self.renorm_clipping);
    field("renorm_momentum", self.renorm_momentum);
    field("synchronized", self.synchronized);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
