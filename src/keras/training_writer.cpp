#include "keras/training_writer.hpp"

#include <algorithm>
#include <cmath>
#include <linnet/optimizers.hpp>

#include "keras/training_config.hpp"
#include "keras/written_layer.hpp"
#include "model/keras_layers.hpp"
#include "model/names.hpp"
#include "model/settled_copy.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// An optimizer, loss or metric as to_config() gives it. `known`: it is one of Keras's.
Config written(std::string_view module, const Config& given, bool known) {
  const std::string& class_name = given.at("class_name").as_string();
  if (!known) {
    fail(ErrorCode::unsupported, cat("save: ", class_name,
                                     " is not one of Keras's; with .include_optimizer = false the "
                                     "model is saved without what it was compiled with"));
  }
  return written_object(module, class_name, written_fields(given.at("config")));
}

Config written_loss(const Loss& loss) {
  if (!loss) return {};
  const bool by_type = loss.class_name() == losses::CrossentropyByType::kName;
  return written("keras.losses", loss.to_config(),
                 Losses::find(loss.class_name()) >= 0 && !by_type);
}

/// "accuracy" and "crossentropy" are names in Keras too, not classes.
Config written_metric(const Metric& metric) {
  const Config config = metric.to_config();
  if (config.is_string()) return config;
  const std::string_view kind = metric.class_name();
  if (kind == metrics::AccuracyByType::kName || kind == metrics::CrossentropyByType::kName) {
    return Config(kind);
  }
  return written("keras.metrics", config, Metrics::find(kind) >= 0);
}

/// By output: the metrics that are weighted, or those that are not.
Config written_metrics(const ModelState& model, bool weighted) {
  Config all = Config::list();
  bool none = true;
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    Config own = Config::list();
    for (const OutputMetric& each : metrics_of(model, i)) {
      if (each.weighted == weighted) own.push_back(written_metric(each.metric));
    }
    none = none && own.items().empty();
    all.push_back(std::move(own));
  }
  if (none) return {};
  return all.items().size() == 1 ? all.items().front() : all;
}

Config written_optimizer(const ModelState& model) {
  Config optimizer = model.compiled->options.optimizer.to_config();
  Config& rate = optimizer["config"]["learning_rate"];
  if (rate.is_number()) rate = Config(rate_of(model));
  const bool known = Optimizers::find(optimizer.at("class_name").as_string()) >= 0;
  return written("keras.optimizers", optimizer, known);
}

/// What Keras fills a slot with.
Tensor first_value(const Optimizer& optimizer, const Config& fields, const SlotPlace& place) {
  if (optimizer.class_name() == ScheduleFreeAdamW::kName && place.slot == "momentum") {
    return place.parameter->value;
  }
  const bool filled = place.slot == "accumulator";
  const Config* first = filled ? fields.find("initial_accumulator_value") : nullptr;
  return Tensor::full(place.shape(),
                      first == nullptr ? 0.0f : static_cast<float>(first->as_number()));
}

/// Nadam's product of momenta, which linnet computes anew.
float momenta(double beta, Index steps) {
  float product = 1;
  for (Index t = 1; t <= steps && product > 0; ++t) {
    product *= static_cast<float>(beta * (1 - 0.5 * std::pow(0.96, static_cast<double>(t))));
  }
  return product;
}

Tensor scalar(std::int64_t number) { return Tensor::full<std::int64_t>({}, number); }
Tensor scalar(float number) { return Tensor::full<float>({}, number); }

}  // namespace

Config written_training(const ModelState& model) {
  if (!model.compiled) return {};
  const CompileOptions& options = model.compiled->options;
  if (!options.parameter_groups.empty()) {
    fail(ErrorCode::unsupported,
         "save: Keras has no parameter_groups; with .include_optimizer = false the model is saved "
         "without what it was compiled with");
  }
  Config config = Config::object();
  config["optimizer"] = written_optimizer(model);
  Config losses = Config::list();
  for (const Loss& loss : options.loss.for_outputs(model.outputs.size())) {
    losses.push_back(written_loss(loss));
  }
  config["loss"] = losses.items().size() == 1 ? losses.items().front() : losses;
  Config weights = Config::list();
  for (const float weight : options.loss_weights) weights.push_back(Config(weight));
  config["loss_weights"] = weights.items().empty() ? Config() : weights;
  config["metrics"] = written_metrics(model, false);
  config["weighted_metrics"] = written_metrics(model, true);
  config["run_eagerly"] = Config(false);
  config["steps_per_execution"] = Config(1);
  config["jit_compile"] = Config("auto");
  return config;
}

std::vector<NamedTensor> optimizer_variables(const ModelState& model) {
  std::vector<NamedTensor> all;
  if (!model.compiled) return all;
  const auto add = [&](Tensor value) {
    all.push_back({cat("optimizer/vars/", std::uint64_t{all.size()}), std::move(value)});
  };
  const Optimizer& optimizer = model.compiled->options.optimizer;
  const Config config = optimizer.to_config();
  const Config& fields = config.at("config");
  add(scalar(model.iteration));
  if (fields.at("learning_rate").is_number()) add(scalar(rate_of(model)));
  std::shared_ptr<Parameter> settled, last;
  for (const SlotPlace& place : slot_places(model, optimizer, keras_order)) {
    if (last != place.parameter) settled = settled_copy(model, place.parameter);
    last = place.parameter;
    const Tensor* slot = place.slot.empty() ? nullptr : settled->find_slot(place.slot);
    add(slot != nullptr ? *slot : first_value(optimizer, fields, place));
  }
  if (optimizer.class_name() == Nadam::kName) {
    add(scalar(momenta(fields.at("beta_1").as_number(), model.iteration)));
  }
  return all;
}

}  // namespace linnet::inline v0::detail::keras
