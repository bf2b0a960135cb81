// Ftrl: follow the regularized leader, for wide and sparse models.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// With the power k = -learning_rate_power and b = a + g g:
///   l += g + 2 l2_shrinkage w - (b^k - a^k) / lr w;   a = b;
///   w = (clip(l, -l1, l1) - l) / (b^k / lr + 2 l2 + beta / lr);
/// a starts at initial_accumulator_value, l at 0: so weights start anew at the first update. l1, l2
/// and l2_shrinkage are the regularization strengths. A learning rate of 0 leaves the weights.
/// McMahan et al. (2013), "Ad click prediction".
struct Ftrl {
  static constexpr const char* kName = "Ftrl";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double learning_rate_power = -0.5, initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0, l2_regularization_strength = 0;
  double l2_shrinkage_regularization_strength = 0, beta = 0;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "ftrl";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("learning_rate_power", self.learning_rate_power);
    field("initial_accumulator_value", self.initial_accumulator_value);
    field("l1_regularization_strength", self.l1_regularization_strength);
    field("l2_regularization_strength", self.l2_regularization_strength);
    field("l2_shrinkage_regularization_strength", self.l2_shrinkage_regularization_strength);
    field("beta", self.beta);
  }
  /// Error: learning_rate_power above 0, another of these fields below 0.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
