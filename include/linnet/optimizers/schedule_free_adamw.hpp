// ScheduleFreeAdamW: Adam's step on one sequence, beside the mean of it.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// v as in Adam; z, at first w, moves by Adam's step without a mean of gradients, and x is the mean
/// of all z: v += (g^2 - v) (1 - b2); z -= lr min(t / warmup_steps, 1) g / (sqrt(v / (1 - b2^t)) +
/// epsilon); x += (z - x) / t; w = (1 - b1) z + b1 x. The gradient is taken at w, which is also
/// what the model predicts with and saves, as in Keras. Defazio et al. (2024), "The road less
/// scheduled".
struct ScheduleFreeAdamW {
  static constexpr const char* kName = "ScheduleFreeAdamW";
  LearningRate learning_rate = 0.0025f;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  Index warmup_steps = 0;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "schedule_free_adam_w";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
    field("epsilon", self.epsilon);
    field("warmup_steps", self.warmup_steps);
  }
  /// Error: beta_1 outside (0, 1], beta_2 outside [0, 1), epsilon not positive, warmup_steps
  /// negative.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
