#include "keras/model_writer.hpp"

#include <algorithm>
#include <linnet/layers.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "keras/layer_call.hpp"
#include "keras/written_layer.hpp"
#include "model/keras_layers.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

const LayerInstance* layer_of(const Node& node) {
  const auto* call = node.op.as<ops::LayerCall>();
  return call == nullptr ? nullptr : call->layer.instance().get();
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

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

/// Names of the inputs that no layer has, and no other input.
std::vector<std::string> input_names(const ModelState& model) {
  std::set<std::string> taken;
  for (const auto& layer : model.layers) taken.insert(layer->name);
  std::vector<std::string> names;
  for (const Value& input : model.inputs) {
    const auto* op = input.node().op.as<ops::Input>();
    const std::string base = op == nullptr || op->name.empty() ? "input_layer" : op->name;
    std::string name = base;
    for (Index n = 1; !taken.insert(name).second; ++n) name = cat(base, "_", n);
    names.push_back(std::move(name));
  }
  return names;
}

/// Layers that are part of several of the models, each with a number of its own.
using SharedLayers = std::map<const LayerInstance*, Index>;

void find_shared(const ModelState& model, std::set<const LayerInstance*>& seen,
                 SharedLayers& shared) {
  for (const auto& layer : model.layers) {
    if (!seen.insert(layer.get()).second) {
      shared.emplace(layer.get(), static_cast<Index>(shared.size()) + 1);
    } else if (const ModelState* inner = as_model(*layer)) {
      find_shared(*inner, seen, shared);
    }
  }
}

Config written_model(const ModelState& model, bool frozen, const SharedLayers& shared);

/// The layer, or the model. In Keras a frozen model has frozen layers only.
Config written_instance(const LayerInstance& layer, bool frozen, const SharedLayers& shared) {
  return naming_layer(layer.name, [&] {
    if (layer.name.find('/') != std::string::npos) {
      fail(ErrorCode::unsupported, "a name with '/', which Keras takes of no layer");
    }
    const ModelState* model = as_model(layer);
    Config entry = model != nullptr ? written_model(*model, frozen, shared)
                                    : written_layer(layer.class_name(), layer.config());
    Config& config = entry["config"];
    const bool flagged = model == nullptr && config.find("trainable") != nullptr;
    if (frozen && flagged) config["trainable"] = Config(false);
    const auto number = shared.find(&layer);
    if (number != shared.end()) entry["shared_object_id"] = Config(number->second);
    return entry;
  });
}

Config written_sequential(const ModelState& model, bool frozen, const SharedLayers& shared) {
  Config layers = Config::list();
  layers.push_back(written_input(input_names(model).front(), model.inputs.front().type()));
  for (const auto& layer : model.layers) layers.push_back(written_instance(*layer, frozen, shared));
  Config config = Config::object();
  config["name"] = Config(model.name);
  config["trainable"] = Config(!frozen);
  config["layers"] = std::move(layers);
  config["build_input_shape"] = written_shape(model.inputs.front().shape());
  return config;
}

/// True if every layer is used once, on what the one before gives.
bool is_chain(const ModelState& model) {
  return model.sequential && model.inputs.size() == 1 && model.outputs.size() == 1 &&
         topological_order(model.outputs).size() == model.layers.size() + 1;
}

/// Nodes by number: names of layers, and the use of each.
class FunctionalWriter {
 public:
  FunctionalWriter(const ModelState& model, bool frozen, const SharedLayers& shared)
      : model_(model), frozen_(frozen), shared_(shared) {}

  Config write() {
    Config layers = Config::list();
    const std::vector<std::string> names = input_names(model_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      places_[&model_.inputs[i].node()] = {names[i], 0};
      layers.push_back(
          with_calls(written_input(names[i], model_.inputs[i].type()), names[i], Config::list()));
    }
    Values roots = model_.inputs;
    roots.insert(roots.end(), model_.outputs.begin(), model_.outputs.end());
    for (const auto& node : topological_order(roots)) add_call(*node);
    for (const auto& layer : keras_order(model_)) {
      layers.push_back(
          with_calls(written_instance(*layer, frozen_, shared_), layer->name, calls_[layer.get()]));
    }
    Config config = Config::object();
    config["name"] = Config(model_.name);
    // Keras gives the flag of a model to all its layers, so it is left out where it is not needed.
    if (frozen_) config["trainable"] = Config(false);
    config["layers"] = std::move(layers);
    config["input_layers"] = references(model_.inputs);
    config["output_layers"] = references(model_.outputs);
    return config;
  }

 private:
  struct Place {
    std::string layer;
    Index call = 0;
  };

  static Config with_calls(Config entry, const std::string& name, Config calls) {
    entry["name"] = Config(name);
    entry["inbound_nodes"] = std::move(calls);
    return entry;
  }

  /// [layer, call, output]. Keras counts the calls of a functional model from 1 here, and only
  /// here.
  Config references(const Values& values) const {
    Config list = Config::list();
    for (const Value& value : values) {
      const LayerInstance* layer = layer_of(value.node());
      const ModelState* inner = layer == nullptr ? nullptr : as_model(*layer);
      list.push_back(history(value, inner != nullptr && !inner->sequential ? 1 : 0));
    }
    return values.size() == 1 ? list.items().front() : list;
  }

  Config history(const Value& value, Index first) const {
    const Place& place = places_.at(&value.node());
    return Config(
        Config::List{Config(place.layer), Config(place.call + first), Config(value.index())});
  }

  Config tensor(const Value& value) const {
    Config config = Config::object();
    config["shape"] = written_shape(value.shape());
    config["dtype"] = Config(name_of(value.type().dtype));
    config["keras_history"] = history(value, 0);
    Config object = Config::object();
    object["class_name"] = Config("__keras_tensor__");
    object["config"] = std::move(config);
    return object;
  }

  Config tensors(const Values& values, std::size_t from, std::size_t to) const {
    Config list = Config::list();
    for (std::size_t i = from; i < to; ++i) list.push_back(tensor(values[i]));
    return list;
  }

  void add_call(const Node& node) {
    if (places_.contains(&node)) return;
    const LayerInstance* layer = layer_of(node);
    if (layer == nullptr) {
      fail(ErrorCode::unsupported,
           cat("save: the op ", node.op.name(),
               " was used outside a layer; put it into a layer of your own"));
    }
    Config& calls = calls_[layer];
    if (calls.is_null()) calls = Config::list();
    places_[&node] = {layer->name, static_cast<Index>(calls.items().size())};
    Config call = Config::object();
    call["args"] = Config::list();
    call["kwargs"] = Config::object();
    add_arguments(*layer, node.inputs, call["args"], call["kwargs"]);
    calls.push_back(std::move(call));
  }

  /// The inputs, and fields that are arguments in Keras.
  void add_arguments(const LayerInstance& layer, const Values& inputs, Config& args,
                     Config& kwargs) const {
    const std::string_view kind = layer.class_name();
    const bool heads = is_one_of(kind, {MultiHeadAttention::kName, GroupQueryAttention::kName});
    const bool listed =
        is_one_of(kind,
                  {Add::kName, AdditiveAttention::kName, Attention::kName, Average::kName,
                   Concatenate::kName, CustomScaleLayer::kName, Dot::kName, HashedCrossing::kName,
                   Maximum::kName, Minimum::kName, Multiply::kName, Subtract::kName}) ||
        (as_model(layer) != nullptr && inputs.size() > 1);
    if (listed) {
      args.push_back(tensors(inputs, 0, inputs.size()));
    } else if (heads) {
      for (std::size_t i = 0; i < std::min<std::size_t>(inputs.size(), 2); ++i) {
        args.push_back(tensor(inputs[i]));
      }
      if (inputs.size() > 2) kwargs["key"] = tensor(inputs[2]);
      if (inputs.size() > 3) kwargs["attention_mask"] = tensor(inputs[3]);
    } else {
      args.push_back(tensor(inputs.front()));
      if (inputs.size() > 1) kwargs["initial_state"] = tensors(inputs, 1, inputs.size());
    }
    if (as_model(layer) != nullptr) return;
    const Config fields = layer.config();
    for (const char* flag : {"use_causal_mask", "return_attention_scores"}) {
      const Config* value = fields.find(flag);
      if (value != nullptr && value->as_bool()) kwargs[flag] = *value;
    }
  }

  const ModelState& model_;
  bool frozen_;
  const SharedLayers& shared_;
  std::unordered_map<const Node*, Place> places_;
  std::map<const LayerInstance*, Config> calls_;
};

Config written_model(const ModelState& model, bool frozen, const SharedLayers& shared) {
  require_built(model, "save");
  frozen = frozen || !model.trainable;
  if (!model.sequential) {
    Config object = written_object("keras.src.models.functional", "Functional",
                                   FunctionalWriter(model, frozen, shared).write());
    object["registered_name"] = Config("Functional");
    return object;
  }
  if (!is_chain(model)) {
    fail(ErrorCode::unsupported, "a Sequential that uses a layer twice, which Keras has not");
  }
  return written_object("keras", "Sequential", written_sequential(model, frozen, shared));
}

}  // namespace

Config written_model(const ModelState& model) {
  SharedLayers shared;
  std::set<const LayerInstance*> seen;
  find_shared(model, seen, shared);
  return written_model(model, false, shared);
}

}  // namespace linnet::inline v0::detail::keras
