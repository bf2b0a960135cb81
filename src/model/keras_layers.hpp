// How Keras lists the layers of a model.
#pragma once

#include <memory>
#include <vector>

#include "core/snake_case.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// The layers in the order in which Keras 3 lists them and writes their weights: those farthest
/// from the outputs first, equals as a walk from the outputs meets them.
std::vector<std::shared_ptr<LayerInstance>> keras_order(const ModelState& model);
/// That of Keras 2, which counts nothing for masks.
std::vector<std::shared_ptr<LayerInstance>> keras2_order(const ModelState& model);

}  // namespace linnet::inline v0::detail
