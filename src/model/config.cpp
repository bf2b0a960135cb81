// A model as a Config, and back.
#include <linnet/layers.hpp>
#include <unordered_map>

#include "model/uses.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Where a layer or node stands in its list.
using Numbers = std::unordered_map<const void*, Index>;

/// [[node, output], ...] by the numbers of the nodes.
Config references(const Values& values, const Numbers& numbers) {
  Config list = Config::list();
  for (const Value& value : values) {
    Config pair = Config::list();
    pair.push_back(Config(numbers.at(&value.node())));
    pair.push_back(Config(value.index()));
    list.push_back(std::move(pair));
  }
  return list;
}

Config node_config(const Node& node, const Numbers& numbers) {
  Config config = Config::object();
  if (const auto* input = node.op.as<ops::Input>()) {
    config["input"] = config_of(*input);
    return config;
  }
  const auto* call = node.op.as<ops::LayerCall>();
  if (call == nullptr) {
    fail(ErrorCode::unsupported, cat("save: the op ", node.op.name(),
                                     " was used outside a layer; put it into a layer of your own"));
  }
  config["layer"] = Config(numbers.at(call->layer.instance().get()));
  config["inputs"] = references(node.inputs, numbers);
  return config;
}

Values read_references(const Config& list, const std::vector<Values>& nodes) {
  Values values;
  for (const Config& pair : list.items()) {
    const auto& items = pair.items();
    const auto node = items.size() == 2 ? items[0].as_integer() : -1;
    const auto index = items.size() == 2 ? items[1].as_integer() : -1;
    if (node < 0 || node >= static_cast<Index>(nodes.size()) || index < 0 ||
        index >= static_cast<Index>(nodes[static_cast<std::size_t>(node)].size())) {
      fail(ErrorCode::corrupt_file, "model config: a node refers to one that is not there");
    }
    values.push_back(nodes[static_cast<std::size_t>(node)][static_cast<std::size_t>(index)]);
  }
  return values;
}

Layer read_layer(const Config& entry, bool filled) {
  const std::string& class_name = entry.at("class_name").as_string();
  if (class_name == "Sequential" || class_name == "Functional") {
    return Layer(model_from_config(entry.at("config"), filled));
  }
  return layer_from_config(class_name, entry.at("config"));
}

}  // namespace

Config ModelState::config() const {
  require_built(*this, "config");
  Config config = Config::object();
  config["name"] = Config(name);
  config["trainable"] = Config(trainable);
  config["sequential"] = Config(sequential);
  if (sized) config["sized"] = Config(true);
  if (!preprocess.empty()) config["preprocess"] = Config(preprocess);
  Config layer_list = Config::list();
  Numbers numbers;
  for (const auto& layer : layers) {
    numbers.emplace(layer.get(), static_cast<Index>(numbers.size()));
    Config entry = Config::object();
    entry["class_name"] = Config(layer->class_name());
    entry["config"] = layer->config();
    layer_list.push_back(std::move(entry));
  }
  config["layers"] = std::move(layer_list);
  Config nodes = Config::list();
  Index count = 0;
  Values roots = inputs;
  roots.insert(roots.end(), outputs.begin(), outputs.end());
  for (const auto& node : topological_order(roots)) {
    nodes.push_back(node_config(*node, numbers));
    numbers.emplace(node.get(), count++);
  }
  config["nodes"] = std::move(nodes);
  config["inputs"] = references(inputs, numbers);
  config["outputs"] = references(outputs, numbers);
  return config;
}

Layer model_layer(const Config& config) { return Layer(model_from_config(config)); }

std::shared_ptr<ModelState> model_from_config(const Config& config, bool filled) {
  auto model = std::make_shared<ModelState>();
  model->name = config.at("name").as_string();
  model->trainable = config.at("trainable").as_bool();
  model->sequential = config.at("sequential").as_bool();
  if (const Config* sized = config.find("sized")) model->sized = sized->as_bool();
  if (const Config* mode = config.find("preprocess")) model->preprocess = mode->as_string();
  std::vector<Layer> layers;
  for (const Config& entry : config.at("layers").items()) {
    layers.push_back(read_layer(entry, filled));
  }
  std::vector<Values> nodes;
  Index uses = 0;
  for (const Config& node : config.at("nodes").items()) {
    if (const Config* input = node.find("input")) {
      nodes.push_back(apply_all(from_fields<ops::Input>(*input, "input"), {}));
      continue;
    }
    const auto index = node.at("layer").as_integer();
    if (index < 0 || index >= static_cast<Index>(layers.size())) {
      fail(ErrorCode::corrupt_file, "model config: a node refers to a layer that is not there");
    }
    const Layer& layer = layers[static_cast<std::size_t>(index)];
    add_uses(uses, *layer.instance());
    nodes.push_back(call_all(layer, read_references(node.at("inputs"), nodes)));
  }
  model->inputs = read_references(config.at("inputs"), nodes);
  model->outputs = read_references(config.at("outputs"), nodes);
  if (model->inputs.empty() || model->outputs.empty()) {
    fail(ErrorCode::corrupt_file, "model config: no inputs or no outputs");
  }
  build(*model, filled);
  return model;
}

}  // namespace linnet::inline v0::detail
