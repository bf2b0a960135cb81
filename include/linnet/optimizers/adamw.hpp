// AdamW: Adam with decoupled weight decay.
#pragma once

#include <linnet/optimizers/adam.hpp>

namespace linnet::inline v0 {

/// Before Adam's step the weights shrink by the learning rate times weight_decay.
/// Loshchilov and Hutter (2017), "Decoupled weight decay regularization".
struct AdamW {
  static constexpr const char* kName = "AdamW";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  std::optional<float> weight_decay = 0.004f;
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "adam_w";
  static void fields(auto& self, FieldVisitor& field) { adam_fields(self, field); }
  /// Error: beta_1 or beta_2 outside [0, 1), epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
