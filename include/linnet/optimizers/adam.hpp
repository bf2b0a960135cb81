// Adam: steps scaled by running means of the gradient and its square.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// The fields of Adam and AdamW.
void adam_fields(auto& self, FieldVisitor& field) {
  settings_fields(self, field);
  field("beta_1", self.beta_1);
  field("beta_2", self.beta_2);
  field("epsilon", self.epsilon);
  field("amsgrad", self.amsgrad);
}

/// m += (g - m) (1 - b1);  v += (g g - v) (1 - b2);  w -= lr c m / (sqrt(v) + epsilon), where
/// c = sqrt(1 - b2^t) / (1 - b1^t) at the t-th update. With amsgrad the largest v so far takes the
/// place of v. Kingma and Ba (2014); Reddi, Kale, Kumar (2018).
struct Adam {
  static constexpr const char* kName = "Adam";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adam";
  static void fields(auto& self, FieldVisitor& field) { adam_fields(self, field); }
  /// Error: beta_1 or beta_2 outside [0, 1), epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
