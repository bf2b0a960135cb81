// Inputs of written models, and the names that a model's layers and inputs have in a file.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// [null, 3]
Config written_shape(const Shape& shape);
/// An InputLayer.
Config written_input(const std::string& name, const TensorType& type);

/// Keras 3 takes no name with '/', as Keras 2's DenseNet has: '_' stands in its place.
std::string written_name(std::string name);
/// The name, with a number if it is taken; then it is.
std::string free_name(const std::string& base, std::set<std::string>& taken);

/// What the layers of a model and its inputs are called in a file: each otherwise.
struct WrittenNames {
  explicit WrittenNames(const ModelState& model);

  std::set<std::string> taken;
  std::map<const LayerInstance*, std::string> layers;
  std::vector<std::string> inputs;
};

}  // namespace linnet::inline v0::detail::keras
