// From connected layers to a model: names, parameters, their first values.
#include <algorithm>
#include <cctype>
#include <linnet/model/sequential.hpp>
#include <set>

#include "kernels/threads.hpp"
#include "model/state.hpp"

namespace linnet::inline v0 {

namespace {

std::atomic<std::uint64_t> default_seed{0};

/// "GlobalAveragePooling1D" -> "global_average_pooling1d", as Keras names layers.
std::string snake_case(std::string_view camel) {
  std::string name;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    const auto c = static_cast<unsigned char>(camel[i]);
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(camel[i - 1])) != 0;
    const bool before_lower = i > 0 && i + 1 < camel.size() &&
                              std::islower(static_cast<unsigned char>(camel[i + 1])) != 0 &&
                              std::isalpha(static_cast<unsigned char>(camel[i - 1])) != 0;
    if (std::isupper(c) != 0 && (after_lower || before_lower)) name += '_';
    name += static_cast<char>(std::tolower(c));
  }
  return name;
}

}  // namespace

void set_random_seed(std::uint64_t seed) { default_seed = seed; }

Value input(const Shape& shape, InputOptions options) {
  return ops::input(std::move(options.name), {options.dtype, Shape{any}.joined(shape)});
}

namespace detail {

namespace {

void name_layers(ModelState& model) {
  std::set<std::string> names;
  for (const auto& layer : model.layers) {
    if (!layer->name.empty() && !names.insert(layer->name).second) {
      fail(ErrorCode::invalid_argument, cat("model: two layers are named '", layer->name, "'"));
    }
  }
  for (const auto& layer : model.layers) {
    if (!layer->name.empty()) continue;
    const std::string base = snake_case(layer->class_name());
    std::string name = base;
    for (Index n = 1; !names.insert(name).second; ++n) name = cat(base, "_", n);
    layer->name = name;
  }
}

/// The front that a layer, or the model that it is, makes of a string input.
Front front_of(const std::shared_ptr<LayerInstance>& layer, const Value& output) {
  if (layer->class_name() != "Sequential" && layer->class_name() != "Functional") {
    return {layer, output};
  }
  const auto& inner = *static_cast<const ModelState*>(layer->address());
  if (inner.fronts.size() != 1 || !inner.fronts[0]) {
    fail(ErrorCode::unsupported, "model: an inner model that takes texts must have one input");
  }
  return {layer, inner.fronts[0]->output, true};
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
             "model: a string input must be used by one layer that turns it into numbers");
      }
      model.fronts[i] = front_of(call->layer.instance(), Value(node, 0));
    }
  }
}

void initialize(ModelState& model, bool filled) {
  for (const PathParameter& p : parameters_of(model)) {
    Parameter& parameter = *p.parameter;
    if (parameter.trainable && parameter.type.shape.rank() == 2)
      model.tables.push_back(p.parameter);
    if (!parameter.value.empty() || parameter.type.shape.elements() == 0) continue;
    parameter.path = p.path;
    if (!filled) continue;
    parameter.value = Tensor(parameter.type.dtype, parameter.type.shape);
    if (parameter.fill) parameter.fill(parameter.value, RandomStream(model.seed, p.path));
    ++parameter.version;
  }
}

void list_parameters(const LayerInstance& layer, const std::string& prefix, bool trainable,
                     std::vector<PathParameter>& list) {
  trainable = trainable && layer.trainable;
  for (const auto& parameter : layer.parameters) {
    const auto same = [&](const PathParameter& p) { return p.parameter == parameter; };
    if (std::ranges::any_of(list, same)) continue;
    list.push_back({cat(prefix, parameter->name), parameter, !trainable});
  }
  for (const auto& sublayer : layer.sublayers()) {
    list_parameters(*sublayer, cat(prefix, sublayer->name, "/"), trainable, list);
  }
}

}  // namespace

std::vector<PathParameter> parameters_of(const ModelState& model) {
  std::vector<PathParameter> list;
  list_parameters(model, "", true, list);
  return list;
}

void build(ModelState& model, bool filled) {
  const auto order = topological_order(model.outputs);
  for (const auto& node : order) {
    if (const auto* call = node->op.as<ops::LayerCall>()) {
      const auto& layer = call->layer.instance();
      if (std::ranges::find(model.layers, layer) == model.layers.end()) {
        model.layers.push_back(layer);
      }
    } else if (node->op.as<ops::Input>() != nullptr &&
               std::ranges::none_of(model.inputs,
                                    [&](const Value& v) { return &v.node() == node.get(); })) {
      fail(ErrorCode::invalid_argument,
           "model: an output depends on an input that is not one of the model's");
    }
  }
  name_layers(model);
  find_fronts(model, order);
  initialize(model, filled);
}

void build_sequential(ModelState& model, const TensorType& input) {
  if (model.pending.empty()) {
    fail(ErrorCode::bad_state, "Sequential: has no layers; add some first");
  }
  TensorType type = input;
  if (model.pending_input) {
    type = *model.pending_input;
  } else if (type.shape.rank() > 0) {
    type.shape = type.shape.with(0, any);
  }
  Value x = ops::input("input", type);
  model.inputs = {x};
  for (const Layer& layer : model.pending) x = x | layer;
  model.outputs = {x};
  model.layers.clear();
  try {
    build(model);
  } catch (...) {
    // Half a model must not pass for a built one.
    model.inputs.clear();
    model.outputs.clear();
    model.layers.clear();
    throw;
  }
}

void require_built(const ModelState& model, std::string_view what) {
  if (model.outputs.empty()) {
    fail(ErrorCode::bad_state, cat(what,
                                   ": the model is not built yet; call build(shape), fit or "
                                   "predict first"));
  }
}

DType ModelState::input_dtype() const {
  if (!inputs.empty()) return inputs.front().dtype();
  if (pending_input) return pending_input->dtype;
  return pending.empty() ? DType::float32 : pending.front().instance()->input_dtype();
}

std::optional<std::variant<Tensor, Ragged>> ModelState::transform(const Tensor& strings) const {
  if (fronts.size() != 1 || !fronts[0]) return std::nullopt;
  return fronts[0]->layer->transform(strings);
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
  for (auto value = inputs.begin(); value != inputs.end(); ++value) {
    if (std::find(inputs.begin(), value, *value) == value) continue;
    detail::fail(ErrorCode::invalid_argument, "Model: the same input is given twice");
  }
  auto state = std::make_shared<ModelState>();
  state->name = std::move(name);
  state->inputs = std::move(inputs);
  state->outputs = std::move(outputs);
  state->seed = default_seed;
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

Sequential::Sequential() : Model(std::make_shared<ModelState>()) {
  state_->sequential = true;
  state_->seed = default_seed;
}

void Sequential::add(Layer layer) {
  if (built()) detail::fail(ErrorCode::bad_state, "Sequential: add after the model was built");
  if (layer.instance() == state_) {
    detail::fail(ErrorCode::invalid_argument, "Sequential: a model cannot be a layer of itself");
  }
  state_->pending.push_back(std::move(layer));
}

void Sequential::add(Input input) {
  if (!state_->pending.empty() || state_->pending_input) {
    detail::fail(ErrorCode::invalid_argument, "Sequential: Input must be the first entry");
  }
  state_->pending_input = TensorType{input.dtype, Shape{any}.joined(input.shape)};
}

void Sequential::build(const Shape& shape) {
  if (built()) detail::fail(ErrorCode::bad_state, "Sequential: built already");
  detail::build_sequential(*state_, {state_->input_dtype(), shape});
}

}  // namespace linnet::inline v0
