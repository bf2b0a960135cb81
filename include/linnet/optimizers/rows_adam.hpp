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

}  // namespace linnet::inline v0::detail
