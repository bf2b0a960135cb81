#include "keras/written_inputs.hpp"

#include <algorithm>

#include "keras/written_layer.hpp"

namespace linnet::inline v0::detail::keras {

Config written_shape(const Shape& shape) {
  Config list = Config::list();
  for (const Index size : shape) list.push_back(size == any ? Config() : Config(size));
  return list;
}

Config written_input(const std::string& name, const TensorType& type) {
  Config config = Config::object();
  config["batch_shape"] = written_shape(type.shape);
  config["dtype"] = Config(name_of(type.dtype));
  config["sparse"] = Config(false);
  config["ragged"] = Config(false);
  config["name"] = Config(name);
  return written_object("keras.layers", "InputLayer", std::move(config));
}

std::string written_name(std::string name) {
  std::ranges::replace(name, '/', '_');
  return name;
}

std::string free_name(const std::string& base, std::set<std::string>& taken) {
  std::string name = base;
  for (Index n = 1; !taken.insert(name).second; ++n) name = cat(base, "_", n);
  return name;
}

WrittenNames::WrittenNames(const ModelState& model) {
  // Those that stay as they are come first.
  for (const auto& layer : model.layers) {
    if (written_name(layer->name) == layer->name) taken.insert(layer->name);
  }
  for (const auto& layer : model.layers) {
    std::string name = written_name(layer->name);
    layers[layer.get()] = name == layer->name ? name : free_name(name, taken);
  }
  for (const Value& input : model.inputs) {
    const auto* op = input.node().op.as<ops::Input>();
    const bool named = op != nullptr && !op->name.empty();
    inputs.push_back(free_name(named ? written_name(op->name) : "input_layer", taken));
  }
}

}  // namespace linnet::inline v0::detail::keras
