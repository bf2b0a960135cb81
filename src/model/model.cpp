#include <algorithm>
#include <linnet/model/model.hpp>
#include <set>

#include "core/require.hpp"
#include "model/groups.hpp"
#include "model/names.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

const std::string& Model::name() const { return state_->name; }
bool Model::built() const { return detail::ready(*state_); }

const Values& Model::inputs() const {
  detail::require_built(*state_, "inputs");
  return state_->inputs;
}

const Values& Model::outputs() const {
  detail::require_built(*state_, "outputs");
  return state_->outputs;
}

std::vector<Layer> Model::layers() const {
  detail::require_built(*state_, "layers");
  std::vector<Layer> layers;
  for (const auto& layer : state_->layers) layers.emplace_back(layer);
  return layers;
}

Layer Model::layer(std::string_view name) const {
  detail::require_built(*state_, "layer");
  constexpr std::size_t kShown = 10;
  std::string known;
  std::size_t count = 0;
  for (const auto& layer : state_->layers) {
    if (layer->name == name) return Layer(layer);
    if (count++ < kShown) known += cat(known.empty() ? "" : ", ", layer->name);
  }
  if (count > kShown) known += cat(", ... (", std::uint64_t{count}, " in all)");
  fail(ErrorCode::not_found, cat("model: no layer '", name, "'; there are: ", known));
}

std::vector<std::pair<std::string, std::shared_ptr<Parameter>>> Model::parameters() const {
  detail::require_built(*state_, "parameters");
  std::vector<std::pair<std::string, std::shared_ptr<Parameter>>> list;
  for (auto& p : detail::parameters_of(*state_)) list.emplace_back(std::move(p.path), p.parameter);
  return list;
}

std::vector<Tensor> Model::get_weights() const {
  detail::require_built(*state_, "get_weights");
  detail::make_readable(*state_);
  std::vector<Tensor> weights;
  for (const auto& p : detail::parameters_of(*state_)) {
    weights.push_back(detail::readable(*p.parameter).clone());
  }
  return weights;
}

void Model::set_weights(const std::vector<Tensor>& weights) {
  detail::require_built(*state_, "set_weights");
  const auto parameters = detail::parameters_of(*state_);
  if (weights.size() != parameters.size()) {
    fail(ErrorCode::invalid_argument,
         cat("set_weights: expected ", static_cast<Index>(parameters.size()), " tensors, got ",
             static_cast<Index>(weights.size())));
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const TensorType& type = parameters[i].parameter->type;
    if (weights[i].dtype() != type.dtype || weights[i].shape() != type.shape) {
      fail(ErrorCode::shape_mismatch, cat("set_weights: ", parameters[i].path, ": expected ", type,
                                          ", got ", weights[i].dtype(), " ", weights[i].shape()));
    }
  }
  detail::settle_rows(*state_);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    parameters[i].parameter->value.assign(weights[i]);
    ++parameters[i].parameter->version;
  }
}

Index Model::count_params() const {
  Index count = 0;
  for (const auto& [path, parameter] : parameters()) count += parameter->type.shape.elements();
  return count;
}

void Model::compile(const CompileOptions& options) {
  if (options.loss.empty()) {
    fail(ErrorCode::invalid_argument, "compile: a loss is needed: .loss = \"...\"");
  }
  if (!options.optimizer) fail(ErrorCode::invalid_argument, "compile: an optimizer is needed");
  const bool built = this->built();
  detail::check_compiled(*state_, options);
  if (built) {
    detail::settle_rows(*state_);
    for (const auto& p : detail::parameters_of(*state_)) {
      p.parameter->slots.clear();
      p.parameter->pending_read = {};
      p.parameter->pending_settle = {};
    }
  }
  state_->plans.clear();
  // Also a callback may compile: the fit that goes on needs the losses at once.
  state_->compiled = detail::Compiled{
      options, built ? options.loss.for_outputs(state_->outputs.size()) : std::vector<Loss>{}};
  state_->iteration = 0;
  state_->learning_rate.reset();
  state_->stopped.reset();
}

void Model::configure(const RunOptions& options) {
  detail::require("configure", "threads", options.threads, detail::kNotNegative);
  state_->run = options;
  state_->plans.clear();
}

void Model::set_labels(std::vector<std::string> labels) {
  detail::check_labels(*state_, labels);
  state_->labels = std::move(labels);
}

const std::vector<std::string>& Model::labels() const { return state_->labels; }

void Model::set_rejection_threshold(float threshold) {
  if (!(threshold >= 0 && threshold <= 1)) {
    fail(ErrorCode::invalid_argument,
         cat("set_rejection_threshold: expected a number in [0, 1], got ", threshold));
  }
  state_->rejection_threshold = threshold;
}

float Model::rejection_threshold() const { return state_->rejection_threshold; }

Index Model::iterations() const {
  if (!state_->compiled) return state_->iteration;
  const auto settings = state_->compiled->options.optimizer.settings();
  return state_->iteration / settings.gradient_accumulation_steps.value_or(1);
}

float Model::learning_rate() const {
  if (state_->compiled) return detail::rate_of(*state_);
  fail(ErrorCode::bad_state, "learning_rate: compile the model with an optimizer first");
}

namespace detail {

void check_labels(const ModelState& model, const std::vector<std::string>& labels) {
  std::set<std::string_view> names;
  for (const std::string& label : labels) {
    if (names.insert(label).second) continue;
    fail(ErrorCode::invalid_argument, cat("labels: two classes are named '", label, "'"));
  }
  if (labels.empty() || model.outputs.size() != 1 || model.outputs[0].shape().rank() != 2) return;
  const Index classes = model.outputs[0].shape()[1], count = static_cast<Index>(labels.size());
  // One number may be the probability of the second of two.
  const bool fits = classes == any || count == classes || (classes == 1 && count == 2);
  if (fits) return;
  fail(ErrorCode::invalid_argument,
       cat("labels: expected ", classes == 1 ? "1 or 2" : cat(classes), " names, got ", count));
}

/// Error: metrics of an output that there is not. The outputs of a Sequential that is not built yet
/// have no names.
void check_names(const ModelState& model, std::string_view what,
                 const std::map<std::string, std::vector<Metric>>& by_output) {
  const std::vector<std::string> names = output_names(model);
  for (const auto& [name, metrics] : by_output) {
    if (names.empty() || std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const std::string& other : names) known += cat(known.empty() ? "" : ", ", other);
    fail(ErrorCode::not_found,
         cat("compile: ", what, ": no output '", name, "'; there are: ", known));
  }
}

void check_compiled(const ModelState& model, const CompileOptions& options) {
  // A Sequential that is not built yet will have one output.
  const std::size_t outputs = model.outputs.empty() ? 1 : model.outputs.size();
  const std::vector<Loss> losses = options.loss.for_outputs(outputs);
  if (std::ranges::none_of(losses, [](const Loss& loss) { return bool(loss); })) {
    fail(ErrorCode::invalid_argument, "compile: no output has a loss");
  }
  for (const Loss& loss : losses) {
    if (!loss) continue;
    if (loss.reduction() == "none") {
      fail(ErrorCode::invalid_argument,
           cat("compile: a model cannot train with reduction \"none\", as of ", loss.name()));
    }
  }
  check_names(model, "output_metrics", options.output_metrics);
  check_names(model, "output_weighted_metrics", options.output_weighted_metrics);
  check_groups(model, options.parameter_groups);
  for (const float weight : options.loss_weights) {
    require("compile", "loss_weights", weight, kNotNegative);
  }
  if (!options.loss_weights.empty() && options.loss_weights.size() != outputs) {
    fail(ErrorCode::invalid_argument,
         cat("compile: expected ", static_cast<Index>(outputs), " loss_weights, got ",
             static_cast<Index>(options.loss_weights.size())));
  }
}

}  // namespace detail

std::vector<Loss> LossList::for_outputs(std::size_t outputs) const {
  if (!many_) return std::vector<Loss>(outputs, one_);
  if (many_->size() != outputs) {
    fail(ErrorCode::invalid_argument, cat("compile: expected ", static_cast<Index>(outputs),
                                          " losses, got ", static_cast<Index>(many_->size())));
  }
  return *many_;
}

}  // namespace linnet::inline v0
