// Functions of keras.ops as nodes of a functional model that Keras 3 reads.
#pragma once

#include <functional>

#include "layers/operation.hpp"

namespace linnet::inline v0::detail::keras {

/// The node's object: module, class_name, config with what is no argument of its call.
Config written_function(const Operation& function, const std::string& name);

/// An argument that is no tensor: plain, or an array.
Config written_argument(const Config& value);

/// The arguments of its call; `tensor` gives an input by its place.
Config written_arguments(const Operation& function, const std::function<Config(Index)>& tensor);

}  // namespace linnet::inline v0::detail::keras
