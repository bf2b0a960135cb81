// keras_sequential: a Sequential from the config that a golden file holds.
#pragma once

#include <linnet/linnet.hpp>

#include "golden/golden.hpp"
#include "layers/keras_config.hpp"

namespace linnet::test {

inline Shape shape_without_batch(const Config& batch_shape) {
  Shape shape;
  for (std::size_t i = 1; i < batch_shape.items().size(); ++i) {
    const Config& size = batch_shape.items()[i];
    shape = shape.joined({size.is_null() ? any : size.as_integer()});
  }
  return shape;
}

inline Sequential keras_sequential(const Config& config) {
  Sequential model;
  for (const Config& entry : config.at("layers").items()) {
    const std::string& class_name = entry.at("class_name").as_string();
    const Config& layer = entry.at("config");
    if (class_name == "InputLayer") {
      model.add(Input{.shape = shape_without_batch(layer.at("batch_shape")),
                      .dtype = dtype_named(layer.at("dtype").as_string())});
    } else {
      model.add(layer_from_config(class_name, without_keras_keys(layer)));
    }
  }
  return model;
}

}  // namespace linnet::test
