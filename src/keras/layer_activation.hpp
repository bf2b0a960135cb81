// LayerActivation: a layer that another has as its activation, which is called behind it.
#pragma once

#include <optional>

#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// The layer that stands as the activation of one that ends with it, which becomes linear; none:
/// a function, or another layer.
std::optional<Layer> take_activation(std::string_view class_name, Config& config);
/// What is called behind a layer of this class whose inner layer has `inner` as its activation;
/// none where it is not the last thing that the outer layer computes.
std::optional<Layer> activation_around(std::string_view class_name, const Layer& inner);
/// y, of a call of `layer`, with the layer that it has as its activation.
Value activated(const Value& y, const Layer& layer, const ReadContext& context);
/// A layer that stands as the activation of `layer` is called "layer_activation", if no other is.
void name_activations(const ModelState& model, const ReadContext& context);

}  // namespace linnet::inline v0::detail::keras
