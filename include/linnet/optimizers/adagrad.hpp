// Adagrad: steps scaled by the sum of all squared gradients.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// a += g g;  w -= lr g / sqrt(a + epsilon); a starts at initial_accumulator_value.
/// Duchi, Hazan, Singer (2011).
struct Adagrad {
  static constexpr const char* kName = "Adagrad";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double initial_accumulator_value = 0.1, epsilon = 1e-7;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adagrad";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("initial_accumulator_value", self.initial_accumulator_value);
    field("epsilon", self.epsilon);
  }
  /// Error: initial_accumulator_value below 0, epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
