// Adadelta: steps as long as past steps were, beside past gradients.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// a = rho a + (1 - rho) g g;  d = g sqrt(x + epsilon) / sqrt(a + epsilon);
/// x = rho x + (1 - rho) d d;  w -= lr d.  Zeiler (2012); there lr is 1.
struct Adadelta {
  static constexpr const char* kName = "Adadelta";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double rho = 0.95, epsilon = 1e-7;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adadelta";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("rho", self.rho);
    field("epsilon", self.epsilon);
  }
  /// Error: rho outside [0, 1), epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
