// From connected layers to a model: names, parameters, their first values.
#include <algorithm>
#include <linnet/model/model.hpp>
#include <map>
#include <mutex>
#include <set>
#include <unordered_set>

#include "graph/destroy_flat.hpp"
#include "kernels/threads.hpp"
#include "model/keras_layers.hpp"
#include "model/names.hpp"
#include "model/uses.hpp"

namespace linnet::inline v0 {

namespace {

std::atomic<std::uint64_t> default_seed{0};

}  // namespace

void set_random_seed(std::uint64_t seed) { default_seed = seed; }
std::uint64_t detail::first_seed() { return default_seed; }

Value input(const Shape& shape, InputOptions options) {
  return ops::input(std::move(options.name), {options.dtype, Shape{any}.joined(shape)});
}

namespace detail {

namespace {

void name_layers(const ModelState& model) {
  const std::vector<std::string> names = layer_names(model.layers);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string& name = model.layers[i]->name;
    if (name != names[i]) name = names[i];  // threads may read it where a model shares the layer
  }
}

/// The front that a layer, or the model that it is, makes of a string input.
Front front_of(const std::shared_ptr<LayerInstance>& layer, const Value& output) {
  const ModelState* inner = as_model(*layer);
  if (inner == nullptr) return {layer, output};
  if (inner->fronts.size() != 1 || !inner->fronts[0]) {
    fail(ErrorCode::unsupported, "model: an inner model that takes texts must have one input");
  }
  return {layer, inner->fronts[0]->output, true};
}

/// Layers that turn a string input into numbers.
void find_fronts(ModelState& model, const std::vector<std::shared_ptr<const Node>>& order) {
  model.fronts.assign(model.inputs.size(), std::nullopt);
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    if (model.inputs[i].dtype() != DType::string) continue;
    for (const auto& node : order) {
      if (node->inputs.size() != 1 || !(node->inputs[0] == model.inputs[i])) continue;
      const auto* call = node->op.as<ops::LayerCall>();
      if (call == nullptr || model.fronts[i]) {
        fail(ErrorCode::unsupported,
             cat("model: ", input_label(model, i),
                 ": a string input must be used by one layer "
                 "that turns it into numbers",
                 call == nullptr ? ""
                                 : cat(", not by '", model.fronts[i]->layer->name, "' and '",
                                       call->layer.name(), "'")));
      }
      model.fronts[i] = front_of(call->layer.instance(), Value(node, 0));
    }
  }
}

/// Error: more elements than can be counted.
Index elements_of(const PathParameter& p) {
  try {
    return p.parameter->type.shape.elements();
  } catch (const Error& error) {
    throw error.within(p.path);
  }
}

void initialize(ModelState& model, bool filled) {
  for (const PathParameter& p : parameters_of(model)) {
    Parameter& parameter = *p.parameter;
    if (parameter.trainable && parameter.type.shape.rank() == 2)
      model.tables.push_back(p.parameter);
    if (!parameter.value.empty()) continue;
    if (elements_of(p) == 0) {
      parameter.value = Tensor(parameter.type.dtype, parameter.type.shape);
      continue;
    }
    parameter.path = p.path;
    if (!filled) continue;
    parameter.value = Tensor(parameter.type.dtype, parameter.type.shape);
    if (parameter.fill) parameter.fill(parameter.value, RandomStream(model.seed, p.path));
    ++parameter.version;
  }
}

struct ParameterList {
  std::vector<PathParameter> list;
  std::unordered_set<const Parameter*> known;
};

void list_parameters(const LayerInstance& layer, const std::string& prefix, bool trainable,
                     ParameterList& all) {
  trainable = trainable && layer.trainable;
  for (const auto& parameter : layer.parameters) {
    if (!all.known.insert(parameter.get()).second) continue;
    all.list.push_back({cat(prefix, parameter->name), parameter, !trainable});
  }
  for (const auto& sublayer : layer.sublayers()) {
    list_parameters(*sublayer, cat(prefix, sublayer->name, "/"), trainable, all);
  }
}

/// As uses_of() says of a model.
Index uses_in(const std::vector<std::shared_ptr<const Node>>& order) {
  Index uses = 0;
  for (const auto& node : order) {
    const auto* call = node->op.as<ops::LayerCall>();
    if (call != nullptr) uses = std::min(uses + uses_of(*call->layer.instance()), kMostUses);
  }
  return uses;
}

/// Layers in the order in which they run, each once; every input must be one of the model's.
void find_layers(ModelState& model, const std::vector<std::shared_ptr<const Node>>& order) {
  std::unordered_set<const void*> known;
  for (const Value& input : model.inputs) known.insert(&input.node());
  for (const auto& node : order) {
    if (const auto* call = node->op.as<ops::LayerCall>()) {
      const auto& layer = call->layer.instance();
      if (known.insert(layer.get()).second) model.layers.push_back(layer);
    } else if (node->op.as<ops::Input>() != nullptr && !known.contains(node.get())) {
      fail(ErrorCode::invalid_argument,
           "model: an output depends on an input that is not one of the model's");
    }
  }
}

}  // namespace

std::vector<std::string> layer_names(const std::vector<std::shared_ptr<LayerInstance>>& layers) {
  std::set<std::string> taken;
  std::map<std::string, Index> next;  // the number to try next, by class
  for (const auto& layer : layers) {
    if (!layer->name.empty() && !taken.insert(layer->name).second) {
      fail(ErrorCode::invalid_argument, cat("model: two layers are named '", layer->name, "'"));
    }
  }
  std::vector<std::string> names;
  for (const auto& layer : layers) {
    std::string name = layer->name;
    if (name.empty()) {
      const std::string base = snake_case(layer->class_name());
      Index& n = next[base];
      name = n > 0 ? cat(base, "_", n) : base;
      while (!taken.insert(name).second) name = cat(base, "_", ++n);
      ++n;
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::unique_lock<std::recursive_mutex> building() {
  static std::recursive_mutex mutex;
  return std::unique_lock(mutex);
}

std::vector<PathParameter> parameters_of(const ModelState& model) {
  ParameterList all;
  list_parameters(model, "", true, all);
  return std::move(all.list);
}

void build(ModelState& model, bool filled, bool published) {
  const auto lock = building();
  const auto order = topological_order(model.outputs);
  model.layers.clear();
  model.tables.clear();
  find_layers(model, order);
  model.uses = uses_in(order);
  check_nesting(model);
  name_layers(model);
  find_fronts(model, order);
  check_id_counts(model);
  check_labels(model, model.labels);
  initialize(model, filled);
  model.pending.clear();
  if (published) model.built.store(true, std::memory_order_release);
}

void require_built(const ModelState& model, std::string_view what) {
  if (ready(model)) return;
  fail(ErrorCode::bad_state,
       cat(what, ": the model is not built yet; call build(shape), fit or predict first"));
}

DType ModelState::input_dtype() const {
  if (built.load(std::memory_order_acquire)) return inputs.front().dtype();
  const auto lock = building();
  if (!inputs.empty()) return inputs.front().dtype();
  if (pending_input) return pending_input->dtype;
  return pending.empty() ? DType::float32 : pending.front().instance()->input_dtype();
}

std::vector<std::shared_ptr<LayerInstance>> ModelState::sublayers() const {
  if (built.load(std::memory_order_acquire)) return layers;
  const auto lock = building();
  std::vector<std::shared_ptr<LayerInstance>> all = layers;
  std::unordered_set<const LayerInstance*> known;
  for (const auto& layer : layers) known.insert(layer.get());
  for (const Layer& layer : pending) {
    if (known.insert(layer.instance().get()).second) all.push_back(layer.instance());
  }
  return all;
}

std::optional<std::variant<Tensor, Ragged>> ModelState::transform(const Tensor& strings) const {
  if (fronts.size() != 1 || !fronts[0]) return std::nullopt;
  return fronts[0]->layer->transform(strings);
}

ModelState::~ModelState() {
  destroy_flat(std::move(pending));
  destroy_flat(std::move(layers));
}

int ModelState::threads() const { return run.threads > 0 ? run.threads : default_threads(); }

}  // namespace detail

// The handles
// --------------------------------------------------------------------------------------

using detail::ModelState;

namespace {

std::shared_ptr<ModelState> made(Values inputs, Values outputs, std::string name) {
  if (inputs.empty() || outputs.empty()) {
    detail::fail(ErrorCode::invalid_argument, "Model: needs at least one input and one output");
  }
  std::set<std::pair<const Node*, int>> known;
  for (const Value& value : inputs) {
    if (value && known.emplace(&value.node(), value.index()).second) continue;
    detail::fail(ErrorCode::invalid_argument,
                 value ? "Model: the same input is given twice" : "Model: an input is empty");
  }
  for (const Value& value : outputs) {
    if (!value) detail::fail(ErrorCode::invalid_argument, "Model: an output is empty");
  }
  auto state = std::make_shared<ModelState>();
  state->name = std::move(name);
  state->inputs = std::move(inputs);
  state->outputs = std::move(outputs);
  state->seed = detail::first_seed();
  detail::build(*state);
  return state;
}

}  // namespace

Model::Model(std::shared_ptr<ModelState> state) : trainable(state), state_(std::move(state)) {}
Model::Model(const Value& input, const Value& output, std::string name)
    : Model(made({input}, {output}, std::move(name))) {}
Model::Model(Values inputs, Values outputs, std::string name)
    : Model(made(std::move(inputs), std::move(outputs), std::move(name))) {}

Model::operator Layer() const { return Layer(state_); }
Value operator|(const Value& x, const Model& model) { return x | Layer(model); }

}  // namespace linnet::inline v0
