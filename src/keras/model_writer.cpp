#include "keras/model_writer.hpp"

#include <algorithm>
#include <linnet/core/log.hpp>
#include <linnet/layers.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "core/is_one_of.hpp"
#include "keras/carried_masks.hpp"
#include "keras/layer_call.hpp"
#include "keras/written_function.hpp"
#include "keras/written_inputs.hpp"
#include "keras/written_layer.hpp"
#include "keras/written_text.hpp"
#include "model/keras_layers.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// Error: a layer of two models, which Keras cannot read back.
void refuse_shared(const ModelState& model, std::set<const LayerInstance*>& seen) {
  for (const auto& layer : model.layers) {
    if (!seen.insert(layer.get()).second) {
      fail(ErrorCode::unsupported, cat("save: the layer '", layer->name,
                                       "' is part of two of the models that this one is made of"));
    }
    if (const ModelState* inner = as_model(*layer)) refuse_shared(*inner, seen);
  }
}

Config written_model(const ModelState& model, bool frozen, bool masked);

/// The layer, or the model, by the name that it gets; its inputs may have masks (`masked`). In
/// Keras a frozen model has frozen layers only.
Config written_instance(const LayerInstance& layer, const std::string& name, bool frozen,
                        bool masked) {
  return naming_layer(layer.name, [&] {
    if (const Operation* function = function_of(layer)) return written_function(*function, name);
    const ModelState* model = as_model(layer);
    Config entry = model != nullptr ? written_model(*model, frozen, masked)
                                    : written_layer(layer.class_name(), config_with_words(layer));
    Config& config = entry["config"];
    config["name"] = Config(name);
    const bool flagged = model == nullptr && config.find("trainable") != nullptr;
    if (frozen && flagged) config["trainable"] = Config(false);
    return entry;
  });
}

Config written_sequential(const ModelState& model, bool frozen, bool masked) {
  Config layers = Config::list();
  const WrittenNames names(model);
  layers.push_back(written_input(names.inputs.front(), model.inputs.front().type()));
  for (const auto& layer : model.layers) {
    layers.push_back(written_instance(*layer, names.layers.at(layer.get()), frozen, masked));
  }
  Config config = Config::object();
  config["name"] = Config(written_name(model.name));
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

/// True if the first argument of the layer's call() in Keras is a list of its inputs.
bool takes_list(const LayerInstance& layer, std::size_t inputs) {
  return is_one_of(layer.class_name(),
                   {Add::kName, AdditiveAttention::kName, Attention::kName, Average::kName,
                    Concatenate::kName, CustomScaleLayer::kName, Dot::kName, HashedCrossing::kName,
                    Maximum::kName, Minimum::kName, Multiply::kName, Subtract::kName}) ||
         (as_model(layer) != nullptr && inputs > 1);
}

/// True if call() takes query, value and key.
bool takes_heads(std::string_view kind) {
  return is_one_of(kind, {MultiHeadAttention::kName, GroupQueryAttention::kName});
}

/// Nodes by number: names of layers, and the use of each.
class FunctionalWriter {
 public:
  FunctionalWriter(const ModelState& model, bool frozen, bool masked)
      : model_(model), frozen_(frozen), names_(model) {
    if (masked) masks_.begin(model.inputs);
  }

  Config write() {
    Config layers = Config::list();
    for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
      const std::string& name = names_.inputs[i];
      places_[&model_.inputs[i].node()] = {name, 0};
      layers.push_back(
          with_calls(written_input(name, model_.inputs[i].type()), name, Config::list()));
    }
    Values roots = model_.inputs;
    roots.insert(roots.end(), model_.outputs.begin(), model_.outputs.end());
    for (const auto& node : topological_order(roots)) {
      const LayerInstance* layer = layer_of(*node);
      naming_layer(layer == nullptr ? "" : layer->name, [&] { masks_.add(*node); });
      add_call(*node);
    }
    auto order = keras_order(model_);
    order.insert(order.end(), made_.begin(), made_.end());
    for (const auto& layer : order) {
      if (!calls_.contains(layer.get())) continue;
      const std::string& name = names_.layers.at(layer.get());
      const bool masked = masked_.contains(layer.get());
      layers.push_back(
          with_calls(written_instance(*layer, name, frozen_, masked), name, calls_[layer.get()]));
    }
    Config config = Config::object();
    config["name"] = Config(written_name(model_.name));
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
    for (const Value& given : values) {
      const Value value = call_argument(given).value;
      const LayerInstance* layer = layer_of(value.node());
      const ModelState* inner = layer == nullptr ? nullptr : as_model(*layer);
      list.push_back(history(value, inner != nullptr && !inner->sequential ? 1 : 0));
    }
    return values.size() == 1 ? list.items().front() : list;
  }

  Config history(const Value& value, Index first) const {
    const auto known = places_.find(&value.node());
    if (known == places_.end()) {
      fail(ErrorCode::unsupported, "save: a mask that is no value of the model");
    }
    const Place& place = known->second;
    return Config(
        Config::List{Config(place.layer), Config(place.call + first), Config(value.index())});
  }

  /// True for what is no node in Keras, but stands in the calls that take it.
  static bool is_argument(const LayerInstance* layer) {
    return marker_of(layer) != nullptr || array_of(layer) != nullptr;
  }

  Config tensor(const Value& value) const {
    if (const Config* array = array_of(layer_of(value.node()))) return written_argument(*array);
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
    const LayerInstance* layer = layer_of(node);
    if (places_.contains(&node) || is_argument(layer)) return;
    if (layer == nullptr) {
      fail(ErrorCode::unsupported,
           cat("save: the op ", node.op.name(),
               " was used outside a layer; put it into a layer of your own"));
    }
    Config& calls = calls_[layer];
    if (calls.is_null()) calls = Config::list();
    places_[&node] = {names_.layers.at(layer), static_cast<Index>(calls.items().size())};
    Config call = Config::object();
    if (const Operation* function = function_of(*layer)) {
      call = written_arguments(*function, [&](Index place) {
        return tensor(call_argument(node.inputs[static_cast<std::size_t>(place)]).value);
      });
    } else {
      call["args"] = Config::list();
      call["kwargs"] = Config::object();
      bool inference = false;
      bool unmasked = false;
      Values inputs, masks;
      for (const CallArgument& argument : arguments_of(*layer, node)) {
        inputs.push_back(argument.value);
        masks.push_back(argument.mask);
        inference = inference || argument.inference;
        unmasked = unmasked || argument.unmasked;
      }
      if (std::ranges::all_of(inputs,
                              [](const Value& x) { return array_of(layer_of(x.node())); })) {
        fail(ErrorCode::unsupported,
             cat("save: the layer '", layer->name,
                 "' is called with arrays alone, which is no part of a model in Keras"));
      }
      if (inference) add_inference(*layer, call["kwargs"]);
      add_arguments(*layer, inputs, call["args"], call["kwargs"]);
      add_masks(*layer, masks, unmasked, call["kwargs"]);
    }
    calls.push_back(std::move(call));
  }

  /// The inputs of the call, with the masks that Keras has to be told, whose nodes are added.
  std::vector<CallArgument> arguments_of(const LayerInstance& layer, const Node& node) {
    std::vector<CallArgument> arguments;
    for (const Value& input : node.inputs) arguments.push_back(call_argument(input));
    naming_layer(layer.name, [&] { masks_.complete(layer, arguments); });
    for (const CallArgument& argument : arguments) {
      if (argument.mask) add_mask(argument.mask.node());
      if (masks_.may_carry(argument)) masked_.insert(&layer);
    }
    return arguments;
  }

  /// A function that computes masks, and those before it, if they are not the model's own.
  void add_mask(const Node& last) {
    const auto is_made = [&](const Node& node) {
      const LayerInstance* layer = layer_of(node);
      return layer == nullptr || is_argument(layer) || places_.contains(&node);
    };
    std::vector<const Node*> stack{&last};
    while (!stack.empty()) {
      const Node& node = *stack.back();
      const std::size_t size = stack.size();
      for (const Value& input : node.inputs) {
        if (!is_made(node) && !is_made(input.node())) stack.push_back(&input.node());
      }
      if (stack.size() > size) continue;
      stack.pop_back();
      if (is_made(node)) continue;
      made_.push_back(node.op.as<ops::LayerCall>()->layer.instance());
      made_.back()->name = free_name("mask", names_.taken);
      names_.layers[made_.back().get()] = made_.back()->name;
      add_call(node);
    }
  }

  /// The inputs, and fields that are arguments in Keras.
  void add_arguments(const LayerInstance& layer, const Values& inputs, Config& args,
                     Config& kwargs) const {
    const std::string_view kind = layer.class_name();
    if (takes_list(layer, inputs.size())) {
      args.push_back(tensors(inputs, 0, inputs.size()));
    } else if (takes_heads(kind)) {
      for (std::size_t i = 0; i < std::min<std::size_t>(inputs.size(), 2); ++i) {
        args.push_back(tensor(inputs[i]));
      }
      if (inputs.size() > 2) kwargs["key"] = tensor(inputs[2]);
      if (inputs.size() > 3) kwargs["attention_mask"] = tensor(inputs[3]);
    } else {
      args.push_back(tensor(inputs.front()));
      if (inputs.size() > 1) kwargs["initial_state"] = states(layer, inputs);
    }
    if (as_model(layer) != nullptr) return;
    const Config fields = layer.config();
    for (const char* flag : {"use_causal_mask", "return_attention_scores"}) {
      const Config* value = fields.find(flag);
      if (value != nullptr && value->as_bool()) kwargs[flag] = *value;
    }
  }

  /// The first states of a recurrent layer; of cells in a stack, those of each that has several in
  /// a list of their own.
  Config states(const LayerInstance& layer, const Values& inputs) const {
    const auto cells = layer.sublayers();
    std::size_t next = 1;
    const bool stack = !cells.empty() && cells.front()->class_name() == StackedRNNCells::kName;
    return stack ? states_of_stack(*cells.front(), inputs, next)
                 : tensors(inputs, next, inputs.size());
  }

  Config states_of_stack(const LayerInstance& stack, const Values& inputs,
                         std::size_t& next) const {
    Config list = Config::list();
    for (const auto& cell : stack.sublayers()) {
      const std::size_t first = next, count = cell->state_sizes().size();
      if (cell->class_name() == StackedRNNCells::kName) {
        list.push_back(states_of_stack(*cell, inputs, next));
        continue;
      }
      next += count;
      list.push_back(count == 1 ? tensor(inputs[first]) : tensors(inputs, first, next));
    }
    return list;
  }

  /// Keras 3 goes by what fit() says and not by what the call does.
  void add_inference(const LayerInstance& layer, Config& kwargs) const {
    kwargs["training"] = Config(false);
    if (!differs_in_training(layer, frozen_)) return;
    log(LogLevel::warning,
        cat("save: the layer '", layer.name,
            "' is called with training=False, which Keras 3 does not keep: a model that is loaded "
            "from the file trains it as its other layers; .linnet files keep it"));
  }

  /// The masks that were computed, one for each input or none, as the layer's call() takes them.
  /// An attention layer is told of those that it does not use (`unmasked`).
  void add_masks(const LayerInstance& layer, const Values& masks, bool unmasked,
                 Config& kwargs) const {
    std::size_t count = masks.size();
    while (count > 0 && !masks[count - 1]) --count;
    constexpr const char* kNames[] = {"query_mask", "value_mask", "key_mask"};
    const std::string_view kind = layer.class_name();
    const bool attention = is_one_of(kind, {AdditiveAttention::kName, Attention::kName});
    if (count == 0 && !(attention && unmasked)) return;
    const bool model = as_model(layer) != nullptr && masks.size() > 1;
    if (takes_heads(kind) && count <= std::size(kNames)) {
      for (std::size_t i = 0; i < count; ++i) {
        if (masks[i]) kwargs[kNames[i]] = tensor(masks[i]);
      }
    } else if (model || (attention && count <= 2)) {
      Config list = Config::list();
      for (std::size_t i = 0; i < (model ? masks.size() : 2); ++i) {
        list.push_back(masks[i] ? tensor(masks[i]) : Config());
      }
      kwargs["mask"] = std::move(list);
    } else if (count == 1 && !takes_list(layer, masks.size())) {
      kwargs["mask"] = tensor(masks.front());
    } else {
      fail(ErrorCode::unsupported, cat("save: the layer '", layer.name,
                                       "' takes several inputs, with a mask that was computed"));
    }
  }

  const ModelState& model_;
  bool frozen_;
  WrittenNames names_;
  std::unordered_map<const Node*, Place> places_;
  std::map<const LayerInstance*, Config> calls_;
  CarriedMasks masks_;
  std::set<const LayerInstance*> masked_;             ///< those that get masks
  std::vector<std::shared_ptr<LayerInstance>> made_;  ///< the functions that compute them
};

Config written_model(const ModelState& model, bool frozen, bool masked) {
  require_built(model, "save");
  frozen = frozen || !model.trainable;
  if (!model.sequential) {
    Config object = written_object("keras.src.models.functional", "Functional",
                                   FunctionalWriter(model, frozen, masked).write());
    object["registered_name"] = Config("Functional");
    return object;
  }
  if (!is_chain(model)) {
    fail(ErrorCode::unsupported, "a Sequential that uses a layer twice, which Keras has not");
  }
  return written_object("keras", "Sequential", written_sequential(model, frozen, masked));
}

}  // namespace

Config written_model(const ModelState& model) {
  std::set<const LayerInstance*> seen;
  refuse_shared(model, seen);
  return written_model(model, false, false);
}

}  // namespace linnet::inline v0::detail::keras
