// What all optimizers of Keras can do beside their own rule.
#pragma once

#include <linnet/core/fields.hpp>
#include <optional>

namespace linnet::inline v0 {

/// The keys that every optimizer of Keras has, as far as an optimizer has a field of that name.
/// Gradients are divided by loss_scale_factor (by which the model multiplies the loss), then
/// averaged over gradient_accumulation_steps, then clipped by one rule at most: each variable's
/// norm to clipnorm, the norm of all together to global_clipnorm, or each element to clipvalue.
/// Before its update a variable shrinks by weight_decay times the learning rate. With use_ema an
/// average of the variables is kept, also between updates for which gradients are gathered; it
/// takes their place every ema_overwrite_frequency updates, and at the end of fit.
struct OptimizerSettings {
  std::optional<float> weight_decay = {}, clipnorm = {}, global_clipnorm = {}, clipvalue = {};
  bool use_ema = false;
  float ema_momentum = 0.99f;
  std::optional<Index> ema_overwrite_frequency = {};
  std::optional<float> loss_scale_factor = {};
  std::optional<Index> gradient_accumulation_steps = {};

  /// Throws if numbers make no sense, or more than one way to clip is set.
  LINNET_API void check() const;
};

/// The fields of the optimizer that are settings. Fields that it does not have keep their default.
template <class O>
OptimizerSettings settings_of(const O& o) {
  OptimizerSettings s;
  if constexpr (requires { o.weight_decay; }) s.weight_decay = o.weight_decay;
  if constexpr (requires { o.clipnorm; }) s.clipnorm = o.clipnorm;
  if constexpr (requires { o.global_clipnorm; }) s.global_clipnorm = o.global_clipnorm;
  if constexpr (requires { o.clipvalue; }) s.clipvalue = o.clipvalue;
  if constexpr (requires { o.use_ema; }) s.use_ema = o.use_ema;
  if constexpr (requires { o.ema_momentum; }) s.ema_momentum = o.ema_momentum;
  if constexpr (requires { o.ema_overwrite_frequency; }) {
    s.ema_overwrite_frequency = o.ema_overwrite_frequency;
  }
  if constexpr (requires { o.loss_scale_factor; }) s.loss_scale_factor = o.loss_scale_factor;
  if constexpr (requires { o.gradient_accumulation_steps; }) {
    s.gradient_accumulation_steps = o.gradient_accumulation_steps;
  }
  return s;
}

/// Visits name, learning_rate and the settings of an optimizer that has them all.
void settings_fields(auto& self, FieldVisitor& field) {
  field("name", self.name);
  field("learning_rate", self.learning_rate);
  field("weight_decay", self.weight_decay);
  field("clipnorm", self.clipnorm);
  field("global_clipnorm", self.global_clipnorm);
  field("clipvalue", self.clipvalue);
  field("use_ema", self.use_ema);
  field("ema_momentum", self.ema_momentum);
  field("ema_overwrite_frequency", self.ema_overwrite_frequency);
  field("loss_scale_factor", self.loss_scale_factor);
  field("gradient_accumulation_steps", self.gradient_accumulation_steps);
}

}  // namespace linnet::inline v0
