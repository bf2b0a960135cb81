// Layers that look words up, with what they have learnt, as Keras 3 writes those that were given
// it.
#pragma once

#include <linnet/core/tensor.hpp>
#include <linnet/graph/layer_type.hpp>

namespace linnet::inline v0::detail::keras {

/// The config of a layer for written_layer(): its own, and of a TextVectorization also what
/// adapt() gave it. Error: unsupported: rules that Keras's has not (names the key).
Config config_with_words(const LayerInstance& layer);

/// What Keras keeps as the layer's variable idf_weights, by id: float32, empty unless the mode is
/// "tf_idf".
Tensor idf_variable(const LayerInstance& layer);

}  // namespace linnet::inline v0::detail::keras
