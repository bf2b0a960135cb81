// Nadam: Adam that looks ahead as Nesterov's momentum does.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// m and v as in Adam; u_t = b1 (1 - 0.96^t / 2), U_t = u_1 ... u_t; then
/// w -= lr (u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t)) / (sqrt(v / (1 - b2^t)) +
/// epsilon). Dozat (2015), "Incorporating Nesterov momentum into Adam".
struct Nadam {
  static constexpr const char* kName = "Nadam";
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
  std::string name = "nadam";
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
