// What a file that is loaded may ask for.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// Error (invalid_argument): a limit that is not positive.
void check_limits(const LoadLimits& limits);
/// Error (out_of_range): the model, whose weights need have no memory yet, has too many numbers.
void check_parameters(const ModelState& model, const LoadLimits& limits);

}  // namespace linnet::inline v0::detail
