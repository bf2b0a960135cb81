// What a model was compiled with, as Keras 3 writes it, and the variables of its optimizer.
#pragma once

#include <linnet/io/safetensors.hpp>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

inline constexpr const char* kKerasVersion = "3.15.1";  ///< whose formats are written

/// compile_config; null if the model is not compiled. Error: unsupported: what Keras has not.
Config written_training(const ModelState& model);

/// The variables of the optimizer under their names in a weight file, "optimizer/vars/0", with all
/// rows of tables brought up to date; the model is left as it is. None if it is not compiled.
std::vector<NamedTensor> optimizer_variables(const ModelState& model);

}  // namespace linnet::inline v0::detail::keras
