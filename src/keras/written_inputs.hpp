// Inputs of written models, and names that nothing in a model has.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// [null, 3]
Config written_shape(const Shape& shape);
/// An InputLayer.
Config written_input(const std::string& name, const TensorType& type);

/// Those of the layers.
std::set<std::string> taken_names(const ModelState& model);
/// The name, with a number if it is taken; then it is.
std::string free_name(const std::string& base, std::set<std::string>& taken);
/// Names of the inputs that no layer has, and no other input.
std::vector<std::string> input_names(const ModelState& model);

}  // namespace linnet::inline v0::detail::keras
