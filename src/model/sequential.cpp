#include <algorithm>
#include <linnet/model/sequential.hpp>

#include "model/first_data.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0 {

using detail::ModelState;

namespace detail {

namespace {

/// What a Sequential's Input is.
Value given_input(const ModelState& model) {
  return ops::input(model.input_name.empty() ? "input" : model.input_name, *model.pending_input);
}

/// x | layer, in errors under the name that the layer will have in the model.
Value connected(const ModelState& model, const Value& x, const Layer& layer) {
  try {
    return x | layer;
  } catch (const Error& error) {
    if (!layer.name().empty()) throw;
    auto layers = model.sublayers();
    auto at = std::ranges::find(layers, layer.instance());
    if (at == layers.end()) at = layers.insert(at, layer.instance());
    throw error.within(layer_names(layers)[static_cast<std::size_t>(at - layers.begin())]);
  }
}

}  // namespace

Unbuilt build_sequential(ModelState& model, const TensorType& input, bool published) {
  const auto lock = building();
  if (model.pending_input && !model.pending_input->shape.fits(input.shape)) {
    fail(ErrorCode::shape_mismatch,
         cat("Sequential: expected shape ", model.pending_input->shape, ", as its Input says, got ",
             input.shape, ops::batch_hint(model.pending_input->shape, input.shape.rank())));
  }
  if (model.built) return {};
  check_nesting(model);
  if (model.pending.empty() && model.outputs.empty()) {
    fail(ErrorCode::bad_state, "Sequential: has no layers; add some first");
  }
  TensorType type = input;
  if (type.shape.rank() > 0) type.shape = type.shape.with(0, any);
  Unbuilt before(model);
  try {
    if (model.outputs.empty()) {  // else it is connected already
      const Value x = ops::input("input", type);
      Value y = x;
      for (const Layer& layer : model.pending) y = connected(model, y, layer);
      model.inputs = {x};
      model.outputs = {y};
    }
    build(model, true, published);
  } catch (...) {
    before.restore();
    model.layers.clear();  // half a model must not pass for a built one
    throw;
  }
  return before;
}

void connect(ModelState& model, const Layer& layer) {
  const auto lock = building();
  const Value x = model.outputs.empty() ? given_input(model) : model.outputs.front();
  const Value y = connected(model, x, layer);
  if (model.outputs.empty()) model.inputs = {x};
  model.outputs = {y};
  if (!model.built) return;
  // What was made for fewer layers is made anew when it is needed.
  model.built.store(false, std::memory_order_release);
  model.plans.clear();
  model.plan_flags.clear();
  model.flags_version = 0;
}

bool ready(const ModelState& model) {
  if (model.built.load(std::memory_order_acquire)) return true;
  if (!model.pending_input) return false;
  const auto lock = building();
  auto& sequential = const_cast<ModelState&>(model);
  // An Input alone is a model that gives what it takes.
  if (model.outputs.empty()) sequential.inputs = sequential.outputs = {given_input(model)};
  build_sequential(sequential, *model.pending_input);
  return true;
}

}  // namespace detail

Sequential::Sequential() : Model(std::make_shared<ModelState>()) {
  state_->sequential = true;
  state_->seed = detail::first_seed();
}

Sequential::Sequential(std::initializer_list<Entry> layers, std::string name) : Sequential() {
  state_->name = std::move(name);
  for (const Entry& entry : layers) {
    std::visit([this](const auto& held) { add(held); }, entry.entry_);
  }
}

namespace {

/// Error: another layer has the name.
void check_name(const ModelState& model, const Layer& added) {
  if (added.name().empty()) return;
  for (const auto& layer : model.sublayers()) {
    if (layer == added.instance() || layer->name != added.name()) continue;
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("Sequential: two layers are named '", added.name(), "'"));
  }
}

}  // namespace

void Sequential::add(Layer layer) {
  if (state_->built && (!state_->pending_input || state_->inside)) {
    detail::fail(ErrorCode::bad_state,
                 state_->inside ? "Sequential: add after the model became part of another"
                                : "Sequential: add after the model was built");
  }
  check_name(*state_, layer);
  detail::check_nesting(*state_, layer.instance().get());
  if (state_->pending_input) detail::connect(*state_, layer);
  state_->pending.push_back(std::move(layer));
}

void Sequential::add(Input input) {
  if (!state_->pending.empty() || state_->pending_input) {
    detail::fail(ErrorCode::invalid_argument, "Sequential: Input must be the first entry");
  }
  state_->pending_input = TensorType{input.dtype, Shape{any}.joined(input.shape)};
  state_->sized = true;
  state_->input_name = std::move(input.name);
}

void Sequential::build(const Shape& shape) {
  if (state_->built && !state_->pending_input) {
    detail::fail(ErrorCode::bad_state, "Sequential: built already");
  }
  detail::build_sequential(*state_, {state_->input_dtype(), shape});
  state_->sized = true;
}

}  // namespace linnet::inline v0
