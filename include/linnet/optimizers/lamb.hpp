// Lamb: Adam whose steps are as long as the weights allow, for large batches.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// m and v as in Adam;  s = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon);
/// w -= lr s |w| / |s|, with the norms of the whole parameter; their quotient is 1 if one is 0.
/// So each step changes all rows of a table. You et al. (2019).
struct Lamb {
  static constexpr const char* kName = "Lamb";
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
  std::string name = "lamb";
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
