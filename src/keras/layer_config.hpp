// layer_config: what any version of Keras wrote of a layer, as linnet's layer of that class takes
// it.
#pragma once

#include <linnet/core/config.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0::detail::keras {

/// The class that a name of an older version stands for; other names are themselves.
std::string_view layer_class(std::string_view class_name);

/// The config of a layer of that class (of today's name): keys of older versions renamed, keys that
/// change nothing left out. Error (unsupported): a key that asks for something that linnet has not.
Config layer_config(std::string_view class_name, const Config& config);

/// True for a layer of Keras's that linnet does not have.
bool is_missing_layer(std::string_view class_name);

/// True for a module whose classes are Keras's own.
bool is_keras_module(std::string_view module);

}  // namespace linnet::inline v0::detail::keras
