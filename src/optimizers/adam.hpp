// What Adam and AdamW share.
#pragma once

#include <linnet/ops/update.hpp>
#include <linnet/optimizers/update_scope.hpp>

namespace linnet::inline v0 {

/// Emits the update of one parameter by this rule.
void emit_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
               const ops::AdamUpdate& rule);

/// The same for a table of which only some rows were used, at the cost of these rows. False if the
/// gradient must be made dense instead; then nothing was emitted.
bool emit_rows_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
                    const ops::AdamUpdate& rule);

}  // namespace linnet::inline v0
