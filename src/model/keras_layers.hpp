// How Keras lists the layers of a model, and what it calls them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// The layers in the order in which Keras lists them and writes their weights: those farthest from
/// the outputs first, equals as a walk from the outputs meets them.
std::vector<std::shared_ptr<LayerInstance>> keras_order(const ModelState& model);

/// "GlobalAveragePooling1D" -> "global_average_pooling1d", as Keras names layers.
std::string snake_case(std::string_view camel);

}  // namespace linnet::inline v0::detail
