// The seam between Adam and its form for tables of which a step uses only some rows.
#pragma once

#include <linnet/ops/rows_adam.hpp>
#include <linnet/optimizers/update_scope.hpp>

namespace linnet::inline v0::detail {

/// Emits the update by rows, if the gradient is one of rows and nothing asks for a dense one.
/// Returns whether it did.
LINNET_API bool emit_rows_adam(UpdateScope& scope, const Value& parameter, const Gradient& gradient,
                               ops::RowsAdam rule);

/// Tells a parameter whose slots were read from a file how its waiting rows are made up.
LINNET_API void restore_rows_adam(Parameter& parameter, const ops::RowsAdam& rule);

/// The step that a row's numbers date from; 0 if the parameter has no rows that wait.
LINNET_API std::int64_t row_step(const Parameter& parameter, Index row);

/// Lets a table whose rows are all up to date, and that no step has changed since, go on at step
/// `now` as if there had been none in between.
LINNET_API void skip_steps(Parameter& parameter, std::int64_t now);

}  // namespace linnet::inline v0::detail
