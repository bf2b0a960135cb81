// The seam between optimizers and tables of which a step uses only some rows.
#pragma once

#include <linnet/optimizers.hpp>

namespace linnet::inline v0::detail {

/// Tells a parameter whose slots were read from a file how its waiting rows are made up: by the
/// rule that the optimizer has for it. Error (corrupt_file): under this optimizer no rows wait.
LINNET_API void restore_rows(const Optimizer& optimizer, const std::shared_ptr<Parameter>& table);

/// Error (corrupt_file): rows date from steps that cannot be made up at step `now`.
LINNET_API void check_row_steps(const Parameter& parameter, std::int64_t now);

/// True if rows of the parameter may wait for updates.
LINNET_API bool has_row_steps(const Parameter& parameter);

/// The step that a row's numbers date from; 0 if the parameter has no rows that wait.
LINNET_API std::int64_t row_step(const Parameter& parameter, Index row);

/// Lets a table whose rows are all up to date, and that no step has changed since, go on at step
/// `now` as if there had been none in between.
LINNET_API void skip_steps(Parameter& parameter, std::int64_t now);

}  // namespace linnet::inline v0::detail
