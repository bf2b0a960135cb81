// A model as Keras 3 describes it.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// The object of a model: module, class_name, config, registered_name. Layers stand in the order in
/// which Keras lists them. Error: unsupported: what Keras has not, with the path of the layer.
Config written_model(const ModelState& model);

}  // namespace linnet::inline v0::detail::keras
