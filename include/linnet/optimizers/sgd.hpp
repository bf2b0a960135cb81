// SGD: gradient descent, with momentum if wanted.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// w -= lr g; with momentum u: m = u m - lr g, w += m; nesterov: w += u m - lr g instead.
struct SGD {
  static constexpr const char* kName = "SGD";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.01f;
  float momentum = 0;
  bool nesterov = false;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "sgd";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("momentum", self.momentum);
    field("nesterov", self.nesterov);
  }
  /// Error: momentum outside [0, 1].
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
