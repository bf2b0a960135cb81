// Training state in a model file: settings of compile(), slots, rows that wait for updates.
#include <linnet/optimizers/pending_rows.hpp>

#include "io/model_file.hpp"
#include "model/groups.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr const char* kPendingRows = "rows";

std::string slot_prefix(const std::string& path) { return cat("optimizer/", path, "/"); }

template <class T>
Config list_of(const std::vector<T>& items) {
  Config list = Config::list();
  for (const T& item : items) list.push_back(item.to_config());
  return list;
}

template <class T>
std::vector<T> read_list(const Config& list) {
  std::vector<T> items;
  for (const Config& item : list.items()) items.push_back(T::from_config(item));
  return items;
}

using MetricsByOutput = std::map<std::string, std::vector<Metric>>;

void read_by_output(const Config& config, std::string_view key, MetricsByOutput& all) {
  const Config* given = config.find(key);
  if (given == nullptr) return;
  for (const auto& [name, list] : given->members()) all[name] = read_list<Metric>(list);
}

Config by_output(const MetricsByOutput& all) {
  Config config = Config::object();
  for (const auto& [name, metrics] : all) config[name] = list_of(metrics);
  return config;
}

/// What compile() was given. Error: not_found: a class neither built in nor registered.
Compiled read_compiled(const Config& config, std::size_t outputs) {
  Compiled compiled;
  compiled.options.optimizer = Optimizer::from_config(config.at("optimizer"));
  compiled.losses = read_list<Loss>(config.at("losses"));
  if (compiled.losses.size() != outputs) {
    fail(ErrorCode::corrupt_file, cat("expected ", static_cast<Index>(outputs), " losses, got ",
                                      static_cast<Index>(compiled.losses.size())));
  }
  compiled.options.loss = LossList(compiled.losses);
  compiled.options.metrics = read_list<Metric>(config.at("metrics"));
  compiled.options.weighted_metrics = read_list<Metric>(config.at("weighted_metrics"));
  read_by_output(config, "output_metrics", compiled.options.output_metrics);
  read_by_output(config, "output_weighted_metrics", compiled.options.output_weighted_metrics);
  if (const Config* groups = config.find("parameter_groups")) {
    compiled.options.parameter_groups = groups_from(*groups);
  }
  for (const Config& weight : config.at("loss_weights").items()) {
    compiled.options.loss_weights.push_back(static_cast<float>(weight.as_number()));
  }
  return compiled;
}

void restore_slots(const PathParameter& p, const Optimizer& optimizer, TensorTable& tensors) {
  Parameter& parameter = *p.parameter;
  parameter.slots.clear();
  parameter.caught_up = Tensor();
  parameter.rows_wait.store(false, std::memory_order_release);
  parameter.pending_read = parameter.pending_settle = {};
  for (NamedTensor& slot : tensors.take_all(slot_prefix(p.path), true)) {
    if (slot.name == kPendingRows) {
      if (slot.tensor.shape() != parameter.type.shape || slot.tensor.dtype() != DType::float32) {
        fail(ErrorCode::corrupt_file, cat(slot_prefix(p.path), kPendingRows, ": expected ",
                                          parameter.type, ", got ", slot.tensor.shape()));
      }
      parameter.caught_up = std::move(parameter.value);
      parameter.value = std::move(slot.tensor);
    } else {
      parameter.slots.push_back({std::move(slot.name), std::move(slot.tensor)});
    }
  }
  if (has_row_steps(parameter)) restore_rows(optimizer, p.parameter);
}

}  // namespace

Config training_config(const ModelState& model) {
  if (!model.compiled) return {};
  const CompileOptions& options = model.compiled->options;
  Config config = Config::object();
  config["optimizer"] = options.optimizer.to_config();
  config["losses"] = list_of(options.loss.for_outputs(model.outputs.size()));
  config["metrics"] = list_of(options.metrics);
  config["weighted_metrics"] = list_of(options.weighted_metrics);
  config["output_metrics"] = by_output(options.output_metrics);
  if (!options.output_weighted_metrics.empty()) {
    config["output_weighted_metrics"] = by_output(options.output_weighted_metrics);
  }
  Config weights = Config::list();
  for (const float weight : options.loss_weights) weights.push_back(Config(weight));
  config["loss_weights"] = std::move(weights);
  config["parameter_groups"] = groups_config(options.parameter_groups);
  config["iteration"] = Config(model.iteration);
  config["fits"] = Config(model.fits);
  config["learning_rate"] = model.learning_rate ? Config(*model.learning_rate) : Config();
  Config frozen = Config::list();
  for (const bool flag : model.plan_flags) frozen.push_back(Config(flag));
  config["frozen"] = std::move(frozen);
  return config;
}

void add_training(const ModelState& model, std::vector<NamedTensor>& tensors) {
  if (!model.compiled) return;
  for (const PathParameter& p : parameters_of(model)) {
    const Parameter& parameter = *p.parameter;
    std::map<std::string, Tensor> slots;  // by name, as they are read
    for (const Slot& slot : parameter.slots) slots.emplace(slot.name, slot.value);
    for (const auto& [name, value] : slots) tensors.push_back({slot_prefix(p.path) + name, value});
    if (!parameter.caught_up.empty()) {
      tensors.push_back({slot_prefix(p.path) + kPendingRows, parameter.value});
    }
  }
}

void restore_training(ModelState& model, const Config& config, TensorTable& tensors) {
  if (config.is_null()) return;
  try {
    model.compiled = read_compiled(config, model.outputs.size());
    check_compiled(model, model.compiled->options);
  } catch (const Error& error) {
    throw error.within("training config (load with .compile = false to leave it out)");
  }
  apply_groups(model);
  restore_progress(model, config, tensors);
}

void restore_progress(ModelState& model, const Config& config, TensorTable& tensors) {
  const auto parameters = parameters_of(model);
  for (const PathParameter& p : parameters) {
    restore_slots(p, model.compiled->options.optimizer, tensors);
  }
  model.training_mapped = true;
  model.iteration = config.at("iteration").as_integer();
  model.fits = config.at("fits").as_integer();
  const Config& rate = config.at("learning_rate");
  model.learning_rate.reset();
  if (!rate.is_null())
    model.learning_rate = static_cast<float>(LearningRate::check(rate.as_number()));
  model.plan_flags.clear();
  for (const Config& flag : config.at("frozen").items()) model.plan_flags.push_back(flag.as_bool());
  // The rows of a frozen table were all brought up to date when it was frozen.
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const bool froze = i < model.plan_flags.size() && model.plan_flags[i];
    Parameter& parameter = *parameters[i].parameter;
    parameter.pending_step = froze ? row_step(parameter, 0) : model.iteration;
    check_row_steps(parameter, parameter.pending_step);
  }
}

void require_same_settings(const ModelState& model, const Config& config) {
  const Config own = training_config(model);
  for (const char* key : {"optimizer", "losses", "metrics", "weighted_metrics", "output_metrics",
                          "output_weighted_metrics", "loss_weights", "parameter_groups"}) {
    const Config* saved = config.is_null() ? nullptr : config.find(key);
    const Config* now = own.find(key);
    if (saved == now || (saved != nullptr && now != nullptr && *saved == *now)) continue;
    fail(ErrorCode::bad_state, cat("it was saved with another ", key,
                                   " than the model is compiled with; compile as before, or remove "
                                   "the file to train anew"));
  }
}

}  // namespace linnet::inline v0::detail
