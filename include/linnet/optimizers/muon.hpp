// Muon: momentum made orthogonal, for the matrices within a network.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// For parameters with two axes: m = momentum m + g, and s = g + momentum m (m itself unless
/// nesterov) goes through ns_steps Newton-Schulz steps towards the nearest orthogonal matrix:
///   x = s / (|s| + 1e-7);  A = x x^T;  x = a x + (b A + c A A) x, with a, b, c = muon_a, ...
///   w -= lr x rms_rate sqrt(larger of the two sizes); without rms_rate: w -= lr x.
/// All others, embeddings (paths with "embedding") unless exclude_embeddings is false, and paths in
/// which one of exclude_layers is found are for Adam, with the learning rate times adam_lr_ratio
/// and adam_weight_decay. exclude_layers are words; "^" before and "$" behind one hold it to the
/// path's begin and end. Jordan et al. (2024); Liu et al. (2025), "Muon is scalable".
struct Muon {
  static constexpr const char* kName = "Muon";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double adam_beta_1 = 0.9, adam_beta_2 = 0.999, epsilon = 1e-7;
  std::optional<float> adam_weight_decay = 0.004f;
  std::vector<std::string> exclude_layers = {};
  bool exclude_embeddings = true;
  double muon_a = 3.4445, muon_b = -4.775, muon_c = 2.0315, adam_lr_ratio = 1, momentum = 0.95;
  Index ns_steps = 5;
  bool nesterov = true;
  std::optional<double> rms_rate = 0.2;
  std::optional<float> weight_decay = 0.004f;
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "muon";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("adam_beta_1", self.adam_beta_1);
    field("adam_beta_2", self.adam_beta_2);
    field("epsilon", self.epsilon);
    field("adam_weight_decay", self.adam_weight_decay);
    field("exclude_layers", self.exclude_layers);
    field("exclude_embeddings", self.exclude_embeddings);
    field("muon_a", self.muon_a);
    field("muon_b", self.muon_b);
    field("muon_c", self.muon_c);
    field("adam_lr_ratio", self.adam_lr_ratio);
    field("momentum", self.momentum);
    field("ns_steps", self.ns_steps);
    field("nesterov", self.nesterov);
    field("rms_rate", self.rms_rate);
  }
  /// Error: a number outside the range that its formula needs, a pattern in exclude_layers.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
