// What optimizers share whose rule treats every element alike.
#pragma once

#include <linnet/ops/step_rule.hpp>
#include <linnet/optimizers/update_scope.hpp>

namespace linnet::inline v0 {

/// Emits the weight decay `decay` and the update of one parameter by this rule with this learning
/// rate: by rows where the gradient and the rule allow that.
void emit_step(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::StepRule& rule, float decay, const Value& learning_rate);

/// The same with the scope's weight decay and learning rate.
void emit_step(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::StepRule& rule);

}  // namespace linnet::inline v0
