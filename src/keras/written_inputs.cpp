#include "keras/written_inputs.hpp"

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

std::set<std::string> taken_names(const ModelState& model) {
  std::set<std::string> names;
  for (const auto& layer : model.layers) names.insert(layer->name);
  return names;
}

std::string free_name(const std::string& base, std::set<std::string>& taken) {
  std::string name = base;
  for (Index n = 1; !taken.insert(name).second; ++n) name = cat(base, "_", n);
  return name;
}

std::vector<std::string> input_names(const ModelState& model) {
  std::set<std::string> taken = taken_names(model);
  std::vector<std::string> names;
  for (const Value& input : model.inputs) {
    const auto* op = input.node().op.as<ops::Input>();
    names.push_back(free_name(op == nullptr || op->name.empty() ? "input_layer" : op->name, taken));
  }
  return names;
}

}  // namespace linnet::inline v0::detail::keras
