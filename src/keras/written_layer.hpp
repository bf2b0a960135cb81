// What linnet has of a layer or setting, as Keras 3 writes it.
#pragma once

#include <linnet/graph/layer.hpp>
#include <string_view>

namespace linnet::inline v0::detail::keras {

/// {"module", "class_name", "config", "registered_name"}.
Config written_object(std::string_view module, std::string_view class_name, Config config);

/// The objects in a config of linnet's, each with its module: initializers, regularizers,
/// constraints, schedules. Error: unsupported: one of the program's own.
Config written_fields(const Config& config);

/// A layer that is no model. Error: unsupported: a class or a setting that Keras has not.
Config written_layer(std::string_view class_name, const Config& config);

/// True if the layer, `frozen` or not, does something else while its model trains.
bool differs_in_training(const LayerInstance& layer, bool frozen);

}  // namespace linnet::inline v0::detail::keras
