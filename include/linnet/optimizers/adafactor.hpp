// Adafactor: Adam with a mean of squares by row and column only.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// At update t, with b = 1 - t^beta_2_decay and q = g g + epsilon_1: r and c are running means,
/// with the weight b, of q's means along the last axis and the one before; v = r c / mean(r). A
/// parameter with less than two axes has v = b v + (1 - b) q. With s = g / sqrt(v):
///   w -= max(epsilon_2, rms(w)) min(lr, 1 / sqrt(t)) s / max(1, rms(s) / clip_threshold).
/// relative_step is kept for Keras's files; as in Keras it makes no difference. Shazeer and Stern
/// (2018).
struct Adafactor {
  static constexpr const char* kName = "Adafactor";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double beta_2_decay = -0.8, epsilon_1 = 1e-30, epsilon_2 = 1e-3, clip_threshold = 1;
  bool relative_step = true;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adafactor";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("beta_2_decay", self.beta_2_decay);
    field("epsilon_1", self.epsilon_1);
    field("epsilon_2", self.epsilon_2);
    field("clip_threshold", self.clip_threshold);
    field("relative_step", self.relative_step);
  }
  /// Error: beta_2_decay above 0, another of the numbers not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
