// Lion: steps of one size, by the sign of a running mean.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// w -= lr sign(b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g.
/// Chen et al. (2023), "Symbolic discovery of optimization algorithms".
struct Lion {
  static constexpr const char* kName = "Lion";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double beta_1 = 0.9, beta_2 = 0.99;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "lion";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
  }
  /// Error: beta_1 outside (0, 1], beta_2 outside [0, 1).
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
