// Keras's legacy file of a whole model: an HDF5 file that lists layers and weights by name.
#pragma once

#include <cstddef>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// Its bytes. `compiled`: with what the model was compiled with and the optimizer's state. Error:
/// unsupported: what Keras has not, or has no place for in such a file.
std::vector<std::byte> legacy_file(const ModelState& model, bool compiled);

}  // namespace linnet::inline v0::detail::keras
