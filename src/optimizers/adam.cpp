#include "optimizers/adam.hpp"

#include <linnet/optimizers/adam.hpp>
#include <linnet/optimizers/adamw.hpp>
#include <linnet/optimizers/rows_adam.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

void emit_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::AdamUpdate& rule) {
  const ops::RowsAdam by_rows{rule.beta_1, rule.beta_2, rule.epsilon, rule.weight_decay};
  if (!rule.amsgrad && detail::emit_rows_adam(scope, parameter, gradient, by_rows)) return;
  Values inputs{parameter, scope.slot("momentum"), scope.slot("velocity")};
  if (rule.amsgrad) inputs.push_back(scope.slot("velocity_hat"));
  inputs.push_back(scope.dense(gradient));
  inputs.push_back(scope.learning_rate());
  inputs.push_back(scope.iteration());
  scope.emit(linnet::apply(rule, std::move(inputs)));
}

namespace {

void check_rule(const auto& adam) {
  detail::require(adam.kName, "beta_1", adam.beta_1, detail::kZeroToBelowOne);
  detail::require(adam.kName, "beta_2", adam.beta_2, detail::kZeroToBelowOne);
  detail::require(adam.kName, "epsilon", adam.epsilon, detail::kPositive);
}

}  // namespace

void Adam::check() const { check_rule(*this); }
void AdamW::check() const { check_rule(*this); }

void Adam::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_adam(scope, parameter, gradient, {beta_1, beta_2, epsilon, amsgrad, scope.weight_decay()});
}

void AdamW::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  emit_adam(scope, parameter, gradient, {beta_1, beta_2, epsilon, amsgrad, scope.weight_decay()});
}

}  // namespace linnet::inline v0
