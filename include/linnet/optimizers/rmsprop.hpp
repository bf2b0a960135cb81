// RMSprop: steps scaled by a running mean of the gradient's square.
#pragma once

#include <linnet/optimizers/update_scope.hpp>
#include <linnet/schedules.hpp>

namespace linnet::inline v0 {

/// v = rho v + (1 - rho) g g;  d = lr g / sqrt(v + epsilon);  m = momentum m + d;  w -= m.
/// Centered: the square of a running mean of g is taken from v. Tieleman and Hinton (2012).
struct RMSprop {
  static constexpr const char* kName = "RMSprop";
  static constexpr bool kDecays = true;
  LearningRate learning_rate = 0.001f;
  double rho = 0.9, momentum = 0, epsilon = 1e-7;
  bool centered = false;
  std::optional<float> weight_decay = {};
  std::optional<float> clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};
  std::string name = "rmsprop";
  static void fields(auto& self, FieldVisitor& field) {
    settings_fields(self, field);
    field("rho", self.rho);
    field("momentum", self.momentum);
    field("epsilon", self.epsilon);
    field("centered", self.centered);
  }
  /// Error: rho outside [0, 1), momentum outside [0, 1], epsilon not positive.
  LINNET_API void check() const;
  LINNET_API void update(UpdateScope& scope, const Value& parameter,
                         const Gradient& gradient) const;
};

}  // namespace linnet::inline v0
