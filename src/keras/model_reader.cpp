#include "keras/model_reader.hpp"

#include <algorithm>
#include <linnet/layers.hpp>
#include <optional>
#include <utility>

#include "core/config_access.hpp"
#include "core/in_quotes.hpp"
#include "core/is_one_of.hpp"
#include "io/file.hpp"
#include "keras/function_call.hpp"
#include "keras/layer_activation.hpp"
#include "keras/layer_call.hpp"
#include "keras/layer_config.hpp"
#include "keras/plain_config.hpp"
#include "keras/weight_groups.hpp"
#include "layers/operation.hpp"
#include "layers/registry.hpp"
#include "model/uses.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr std::size_t kMostClassName = 200;
/// A layer makes all those inside it anew, which do so as well.
constexpr Index kMostMadeInside = 20000;

/// The shape that the config of a first layer asks for: of tf.keras, or of Keras 1's Dense.
const Config* first_shape(const Config& config) {
  for (const char* key : {"batch_input_shape", "batch_shape", "build_input_shape"}) {
    const Config* shape = config.find(key);
    if (shape != nullptr && shape->is_list()) return shape;
  }
  return nullptr;
}

DType input_dtype(const Config& dtype) {
  const std::string* name = dtype.is_string() ? &dtype.as_string() : nullptr;
  if (const Config* config = dtype.is_object() ? dtype.find("config") : nullptr) {
    name = string_at(*config, "name");
  }
  if (name == nullptr) return DType::float32;
  if (is_one_of(*name, {"float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"})) {
    return DType::float32;
  }
  if (*name == "bool") return DType::boolean;
  if (is_one_of(*name, {"int8", "int16", "uint16"})) return DType::int32;
  if (is_one_of(*name, {"uint32", "uint64"})) return DType::int64;
  return dtype_named(*name);
}

/// Of the first layer of a Sequential that has no InputLayer.
TensorType first_type(const Config& sequential, const Entry& first, const Layer& layer) {
  const Config& own = *first.config;
  const Config* shape = own.is_object() ? first_shape(own) : nullptr;
  const Config* dtype = own.is_object() ? own.find("dtype") : nullptr;
  const bool typed = shape != nullptr && dtype != nullptr;
  if (shape == nullptr && sequential.is_object()) shape = first_shape(sequential);
  if (shape == nullptr) {
    if (const Config* built = first.whole->find("build_config")) {
      const Config* built_shape = built->is_object() ? built->find("input_shape") : nullptr;
      if (built_shape != nullptr && built_shape->is_list()) shape = built_shape;
    }
  }
  const ModelState* inner = as_model(*layer.instance());
  if (inner != nullptr && inner->built) return inner->inputs.front().type();
  if (shape == nullptr) {
    fail(ErrorCode::unsupported,
         "the Sequential has no shape for its input: it was saved before it was built");
  }
  const DType wanted = layer.instance()->input_dtype();
  return {typed && wanted == DType::float32 ? input_dtype(*dtype) : wanted, read_shape(*shape)};
}

std::shared_ptr<ModelState> read_sequential(const Config& config, ReadContext& context) {
  const Config& entries = config.is_list() ? config : config.at("layers");
  auto model = std::make_shared<ModelState>();
  model->sequential = true;
  Value x;
  Index uses = 0, number = 0;
  for (const Config& item : entries.items()) {
    const Entry entry = numbered_entry(item, ++number);
    if (entry.is_input()) {
      const InputData input = read_input(entry);
      if (x) fail(ErrorCode::corrupt_file, "an InputLayer behind other layers");
      x = ops::input(input.name, input.type);
      model->inputs = {x};
      continue;
    }
    const std::string* name = string_at(*entry.config, "name");
    const auto connect = [&] {
      const Layer layer = read_layer(entry, context);
      if (!x) {
        x = ops::input("input", first_type(config, entry, layer));
        model->inputs = {x};
      }
      add_uses(uses, *layer.instance());
      x = activated(x | layer, layer, context);
      context.orders[model.get()].push_back(layer.instance());
    };
    naming_layer(name != nullptr ? *name : entry.class_name, connect);
  }
  if (!x || context.orders[model.get()].empty())
    fail(ErrorCode::unsupported, "a model without layers");
  model->outputs = {x};
  return model;
}

/// In Keras all layers of a frozen model are frozen; here its own flag does it, so that whoever
/// sets that trains them again.
void thaw_inside(const LayerInstance& layer) {
  for (const auto& inner : layer.sublayers()) {
    inner->trainable = true;
    thaw_inside(*inner);
  }
}

/// A layer of the program's own, as register_layer() knows it.
Layer own_layer(const Entry& entry) {
  Config::Object members;
  const Config given = plain(*entry.config);
  for (const Config::Member& member : given.members()) {
    if (member.key != "dtype") members.push_back(member);
  }
  return layer_from_config(entry.class_name, Config::object(std::move(members)));
}

using Instances = std::vector<std::shared_ptr<LayerInstance>>;

/// Gives the models in `copy` the order of layers that those in `read` have, which are no more.
void move_orders(const LayerInstance& read, const LayerInstance& copy, ReadContext& context) {
  const ModelState* from = as_model(read);
  const ModelState* to = as_model(copy);
  if (from == nullptr || to == nullptr) {
    const Instances inside = read.sublayers(), copies = copy.sublayers();
    for (std::size_t i = 0; i < std::min(inside.size(), copies.size()); ++i) {
      move_orders(*inside[i], *copies[i], context);
    }
    return;
  }
  auto known = context.orders.extract(from);
  if (known.empty()) return;
  for (auto& layer : known.mapped()) {
    const auto same = std::ranges::find(to->layers, layer->name, &LayerInstance::name);
    if (same == to->layers.end()) continue;  // no output needs it
    move_orders(*layer, **same, context);
    layer = *same;
  }
  known.key() = to;
  context.orders.insert(std::move(known));
}

/// A layer with others inside, as long as it is being read. Error: unsupported: too deep inside
/// others. Making it makes all inside it anew: that takes long before the whole model is looked at.
class Inside {
 public:
  explicit Inside(ReadContext& context) : of_(context.containers), outer_(of_.size()) {
    if (outer_ > static_cast<std::size_t>(kMostNested)) {
      fail(ErrorCode::unsupported, cat("more than ", kMostNested, " layers inside one another"));
    }
    of_.push_back({context.group});
  }
  ~Inside() { of_.resize(outer_); }

 private:
  std::vector<ReadContext::Container>& of_;
  std::size_t outer_;
};

/// The layers that a config holds as they are in Keras's files, as layer_from_config() takes them.
class LayersInside {
 public:
  LayersInside(std::string_view class_name, Config& config, ReadContext& context)
      : class_name_(class_name), context_(context) {
    for (const char* key : {"layer", "backward_layer", "cell", "cells"}) {
      const Config* given = config.find(key);
      if (given == nullptr || given->is_null()) continue;
      naming_layer(key, [&] { config[key] = read(*given); });
    }
  }

  /// What is called behind the outer layer, since the inner one has it as its activation.
  std::optional<Layer> take_activation() { return std::exchange(activation_, {}); }

  /// The outer layer has made layers like them.
  void give_orders(const Layer& outer) {
    const Instances copies = outer.instance()->sublayers();
    for (std::size_t i = 0; i < std::min(read_.size(), copies.size()); ++i) {
      move_orders(*read_[i].instance(), *copies[i], context_);
    }
  }

 private:
  Config read(const Config& given) {
    if (given.is_list()) {
      Config list = Config::list();
      for (const Config& item : given.items()) list.push_back(read(item));
      return list;
    }
    const Inside depth(context_);
    read_.push_back(read_layer(Entry(given), context_));
    context_.made_inside += uses_of(*read_.back().instance());
    if (context_.made_inside > kMostMadeInside) {
      fail(ErrorCode::out_of_range, cat("more than ", kMostMadeInside,
                                        " layers stand inside others, counted for each of these"));
    }
    take_activation_of(read_.back());
    Config made = Config::object();
    made["class_name"] = Config(read_.back().class_name());
    made["config"] = read_.back().instance()->config();
    return made;
  }

  void take_activation_of(const Layer& inner) {
    const auto at = context_.activations.find(inner.instance());
    if (at == context_.activations.end()) return;
    activation_ = activation_around(class_name_, at->second);
    if (!activation_) {
      fail(ErrorCode::unsupported, "a layer as the activation of a layer inside another one");
    }
  }

  std::string_view class_name_;
  ReadContext& context_;
  std::vector<Layer> read_;
  std::optional<Layer> activation_;
};

/// Error: unsupported: the layer learnt its vocabulary, for which only `.keras` files have a place.
void require_vocabulary(const Config& config, std::string_view class_name) {
  if (!is_one_of(class_name, {"TextVectorization", "StringLookup", "IntegerLookup"})) return;
  const Config* vocabulary = config.find("vocabulary");
  const bool empty = vocabulary != nullptr && vocabulary->is_list() && vocabulary->items().empty();
  if (vocabulary != nullptr && !empty) return;
  fail(ErrorCode::unsupported, cat(class_name,
                                   ": its vocabulary is not in the file: what adapt() "
                                   "learnt is kept in .keras files alone"));
}

Layer make_layer_of(const Entry& entry, ReadContext& context, const Config& more) {
  const std::string_view name = layer_class(entry.class_name);
  const LayerOrigin origin = layer_origin(name);
  const bool ours = entry.module.empty() || is_keras_module(entry.module);
  if (origin == LayerOrigin::registered) return own_layer(entry);
  if (name == "Lambda" && ours) {
    fail(ErrorCode::unsupported,
         "Lambda holds a Python function, and no code of a file is ever run; write it as a layer "
         "of your own, and register_layer() it");
  }
  if (ours && is_missing_layer(name)) {
    fail(ErrorCode::unsupported,
         cat("the layer class ", in_quotes(name), " is one of Keras's that linnet does not have"));
  }
  if (origin == LayerOrigin::unknown || !ours || name == Operation::kName) {
    fail(ErrorCode::unsupported,
         cat("the layer class ", in_quotes(entry.class_name),
             entry.module.empty() ? "" : cat(" of ", in_quotes(entry.module)),
             " is not supported; one of your own needs register_layer()"));
  }
  Config config = layer_config(name, *entry.config);
  if (context.assets != nullptr) context.assets->add_to(config, name, context.group);
  if (context.config_alone) require_vocabulary(config, name);
  LayersInside inside(name, config, context);
  for (const auto& [key, value] : more.members()) config[key] = value;
  std::optional<Layer> activation = take_activation(name, config);
  if (!activation) activation = inside.take_activation();
  Layer layer = layer_from_config(name, config);
  if (activation) context.activations.emplace(layer.instance(), *std::move(activation));
  inside.give_orders(layer);
  if (name != entry.class_name) context.classes[layer.instance().get()] = entry.class_name;
  return layer;
}

/// Classes of models have other names in older files, and so have some layers.
bool is_of_class(const Layer& layer, const Entry& entry) {
  const bool model = as_model(*layer.instance()) != nullptr;
  if (model || entry.is_model()) return model && entry.is_model();
  return layer.class_name() == layer_class(entry.class_name);
}

}  // namespace

Entry numbered_entry(const Config& item, Index number) {
  return naming(cat("layer number ", number), [&] { return Entry(item); });
}

Entry::Entry(const Config& entry) : config(&entry.at("config")), whole(&entry) {
  class_name = entry.at("class_name").as_string();
  if (class_name.size() > kMostClassName) fail(ErrorCode::corrupt_file, "a class of a long name");
  if (const std::string* given = string_at(entry, "module")) module = *given;
}

bool Entry::is_model() const {
  if (is_one_of(class_name, {"Sequential", "Functional", "Model", "Network", "Container"})) {
    return true;
  }
  return config->is_object() && config->find("layers") != nullptr &&
         config->find("input_layers") != nullptr && config->find("output_layers") != nullptr;
}

bool Entry::is_operation() const {
  if (module.empty()) {  // in an .h5 file of Keras 3, where most layers have a key that no function
                         // has
    const Config* calls = whole->find("inbound_nodes");
    const bool recent = calls != nullptr && calls->is_list() && !calls->items().empty() &&
                        calls->items().front().is_object();
    const bool bare = recent && config->is_object() && config->find("trainable") == nullptr;
    if (bare && operation_of_class(class_name) != nullptr) return true;
    if (recent) return bare && layer_origin(layer_class(class_name)) == LayerOrigin::unknown;
  }
  return module.starts_with("keras.src.ops.") || module.starts_with("keras.ops") ||
         is_one_of(class_name, {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"});
}

Shape read_shape(const Config& config) {
  std::vector<Index> sizes;
  const Config given = plain(config);
  for (const Config& size : given.items()) {
    const Index number = size.is_null() ? any : size.as_integer();
    if (number < any) fail(ErrorCode::corrupt_file, cat("a shape with the size ", number));
    sizes.push_back(sizes.empty() ? any : number);
  }
  if (sizes.empty()) fail(ErrorCode::corrupt_file, "the shape of an input has no batch axis");
  return Shape(std::span<const Index>(sizes));
}

InputData read_input(const Entry& entry) {
  const Config& config = *entry.config;
  const std::string* name = string_at(config, "name");
  const Config* dtype = config.find("dtype");
  const Config* shape = first_shape(config);
  for (const char* key : {"sparse", "ragged"}) {
    if (!flag_at(config, key)) continue;
    fail(ErrorCode::unsupported, cat("InputLayer: ", key, ": only dense inputs are supported"));
  }
  if (shape == nullptr) fail(ErrorCode::corrupt_file, "InputLayer: it has no batch_shape");
  return {name != nullptr ? *name : "input",
          {dtype != nullptr ? input_dtype(*dtype) : DType::float32, read_shape(*shape)}};
}

std::shared_ptr<ModelState> read_model(const Entry& entry, ReadContext& context) {
  if (++context.depth > static_cast<std::size_t>(kMostNested)) {
    fail(ErrorCode::unsupported, cat("more than ", kMostNested, " models inside one another"));
  }
  const Config& config = *entry.config;
  context.containers.push_back({context.group});
  auto model =
      entry.is_sequential() ? read_sequential(config, context) : read_functional(config, context);
  if (const std::string* name = string_at(config, "name")) model->name = *name;
  const Config* trainable = config.is_object() ? config.find("trainable") : nullptr;
  if (trainable != nullptr && trainable->is_bool()) model->trainable = trainable->as_bool();
  if (model->inputs.empty() || model->outputs.empty()) {
    fail(ErrorCode::corrupt_file, "a model without inputs or outputs");
  }
  name_activations(*model, context);
  build(*model, false);
  if (!model->trainable) thaw_inside(*model);
  context.containers.pop_back();
  --context.depth;
  return model;
}

Layer read_layer(const Entry& entry, ReadContext& context, const Config& more) {
  if (!context.containers.empty()) {
    auto& container = context.containers.back();
    context.group = cat(container.group, "/layers/", container.names.next(entry.class_name));
  }
  const Config* number = entry.whole->find("shared_object_id");
  if (number != nullptr && number->is_integer()) {
    const auto known = context.shared.find(number->as_integer());
    if (known != context.shared.end() && is_of_class(known->second, entry)) {
      return known->second;
    }
  }
  Layer layer =
      entry.is_model() ? Layer(read_model(entry, context)) : make_layer_of(entry, context, more);
  const bool twice = context.assets != nullptr && context.assets->counts_twice();
  if (twice && !context.containers.empty() && has_weights(*layer.instance())) {
    context.containers.back().names.next(entry.class_name);
  }
  if (number != nullptr && number->is_integer()) {
    context.shared.emplace(number->as_integer(), layer);
  }
  return layer;
}

}  // namespace linnet::inline v0::detail::keras
