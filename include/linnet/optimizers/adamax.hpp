// Adamax: Adam with the largest gradient in the place of the mean of squares.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// m += (g - m) (1 - b1);  u = max(b2 u, |g|);  w -= lr m / ((1 - b1^t) (u + epsilon)).
/// Kingma and Ba (2014), section 7.1.
struct Adamax {
  static constexpr const char* kName = "Adamax";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adamax";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
    field("epsilon", self.epsilon);
  }
  /// Error: beta_1 or beta_2 outside [0, 1), epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
