// What Adam and AdamW share.
#pragma once

#include <linnet/ops/update.hpp>
#include <linnet/optimizers/update_scope.hpp>

namespace linnet::inline v0 {

/// Emits the update of one parameter by this rule, by rows where that is possible.
void emit_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::AdamUpdate& rule);

}  // namespace linnet::inline v0
