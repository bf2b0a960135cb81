#include "keras/training_config.hpp"

#include <algorithm>
#include <array>
#include <linnet/core/log.hpp>
#include <linnet/losses.hpp>
#include <linnet/metrics.hpp>
#include <linnet/optimizers.hpp>
#include <unordered_map>

#include "keras/plain_config.hpp"
#include "model/names.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

bool is_text(const Config* value, std::string_view text) {
  return value != nullptr && value->is_string() && value->as_string() == text;
}

/// An object's class and those of its fields that linnet's has too.
Config object_of(std::string_view class_name, Config::Object fields) {
  Config object = Config::object();
  object["class_name"] = Config(class_name.substr(class_name.rfind('>') + 1));
  object["config"] = Config::object(std::move(fields));
  return object;
}

/// A loss or metric: a name, or an object. What wraps a function is the function by the wrapper's
/// name: Keras 2's accuracy is sparse_categorical_accuracy that is called accuracy.
Config loss_or_metric(const Config& given) {
  if (!given.is_object()) return given;
  const Config& fields = given.at("config");
  if (!fields.is_object()) return fields;
  const std::string& class_name = given.at("class_name").as_string();
  const bool wraps = class_name.ends_with("Wrapper");
  const Config function = wraps ? loss_or_metric(fields.at("fn")) : Config();
  if (wraps && !function.is_string()) return function;
  Config::Object kept;
  for (const Config::Member& field : fields.members()) {
    if (field.key == "dtype" || field.key == "fn") continue;
    if (wraps && (field.value.is_null() || (field.key != "name" && field.key != "reduction"))) {
      continue;
    }
    const bool automatic = field.key == "reduction" && is_text(&field.value, "auto");
    kept.push_back({field.key, automatic ? Config("sum_over_batch_size") : field.value});
  }
  return object_of(wraps ? function.as_string() : class_name, std::move(kept));
}

/// A number, or a schedule, whose name may be null.
Config rate_of(const Config& given) {
  if (!given.is_object()) return given;
  Config::Object fields;
  for (const Config::Member& field : given.at("config").members()) {
    if (!field.value.is_null()) fields.push_back(field);
  }
  return object_of(given.at("class_name").as_string(), std::move(fields));
}

/// The learning rate of Keras 2's optimizers falls by their `decay`: lr / (1 + decay t).
Config decayed(const Config& rate, double decay) {
  if (decay == 0 || !rate.is_number()) return rate;
  return object_of(
      "InverseTimeDecay",
      {{"initial_learning_rate", rate}, {"decay_steps", Config(1)}, {"decay_rate", Config(decay)}});
}

Config optimizer_of(const Config& given) {
  if (!given.is_object()) return given;
  const std::string& class_name = given.at("class_name").as_string();
  const Config& fields = given.at("config");
  if (class_name.starts_with("LossScaleOptimizer")) {  // Keras 2 adds V1 or V3
    log(LogLevel::warning,
        "the scale of its LossScaleOptimizer is left out: training is in float32");
    return optimizer_of(fields.at("inner_optimizer"));
  }
  if (class_name == "MultiOptimizer") {
    fail(ErrorCode::unsupported,
         "MultiOptimizer, by which some weights have an optimizer of their own, is not supported");
  }
  constexpr std::array<std::string_view, 6> kIdle{
      "decay", "jit_compile", "schedule_decay", "build_config", "is_legacy_optimizer", "dynamic"};
  const Config* decay = fields.find("decay");
  const double fall = decay != nullptr && decay->is_number() ? decay->as_number() : 0;
  Config::Object kept;
  for (const Config::Member& field : fields.members()) {
    if (std::ranges::find(kIdle, field.key) != kIdle.end()) continue;
    const bool unset = field.key == "epsilon" || field.key == "name";
    if (unset && field.value.is_null()) continue;
    const bool rate = field.key == "lr" || field.key == "learning_rate";
    const bool none =
        field.key == "weight_decay" && field.value.is_number() && field.value.as_number() == 0;
    kept.push_back({rate ? "learning_rate" : field.key, none   ? Config()
                                                        : rate ? decayed(rate_of(field.value), fall)
                                                               : field.value});
  }
  return object_of(class_name, std::move(kept));
}

/// What is given for each output: one for all, a list, or by the output's name.
std::vector<Config> by_output(const Config& given, const std::vector<std::string>& outputs) {
  std::vector<Config> each(outputs.size());
  const bool object = given.is_object() && given.find("class_name") == nullptr;
  if (object) {
    std::unordered_map<std::string_view, const Config*> by_name;
    for (const Config::Member& member : given.members()) by_name[member.key] = &member.value;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto own = by_name.find(outputs[i]);
      if (own != by_name.end()) each[i] = *own->second;
    }
  } else if (given.is_list()) {
    if (given.items().size() != outputs.size()) {
      fail(ErrorCode::corrupt_file,
           cat("expected one entry for each of ", std::uint64_t{outputs.size()}, " outputs, got ",
               std::uint64_t{given.items().size()}));
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) each[i] = given.items()[i];
  } else {
    each.assign(outputs.size(), given);
  }
  return each;
}

void add_metrics(const Config& given, Config& metrics) {
  if (given.is_list()) {
    for (const Config& item : given.items()) add_metrics(item, metrics);
  } else if (!given.is_null()) {
    metrics.push_back(loss_or_metric(given));
  }
}

/// True if Keras 3 wrote the optimizer: Keras 2 has no such field.
bool is_of_keras3(const Config& optimizer) {
  const Config* fields = optimizer.is_object() ? optimizer.find("config") : nullptr;
  if (fields == nullptr || !fields->is_object()) return false;
  const Config* inner = fields->find("inner_optimizer");
  return inner != nullptr ? is_of_keras3(*inner) : fields->find("loss_scale_factor") != nullptr;
}

/// True if there is a list of metrics that all outputs have, as Keras 2 takes it. Keras 3 takes one
/// for each output then.
bool is_for_all(const Config& metrics, const Config& optimizer) {
  return !is_of_keras3(optimizer) && metrics.is_list() &&
         std::ranges::none_of(metrics.items(), [](const Config& item) {
           return item.is_list() || (item.is_object() && item.find("class_name") == nullptr);
         });
}

/// True if there is a list or object for each output, not a list for all.
bool is_by_output(const Config& given) {
  if (given.is_object()) return given.find("class_name") == nullptr;
  return given.is_list() && !given.items().empty() &&
         std::ranges::all_of(given.items(),
                             [](const Config& item) { return item.is_list() || item.is_null(); });
}

/// The metrics of each of several outputs.
std::vector<Config> metrics_by_output(const Config& given, const Config& optimizer,
                                      const std::vector<std::string>& outputs) {
  std::vector<Config> all;
  const auto each = is_for_all(given, optimizer) ? std::vector<Config>(outputs.size(), given)
                                                 : by_output(given, outputs);
  for (const Config& own : each) {
    all.push_back(Config::list());
    add_metrics(own, all.back());
  }
  return all;
}

/// Sets `key`, the metrics of every output, and "output_" + key, those of one.
void set_metrics(const Config& compiled, const std::string& key, const Config& optimizer,
                 const std::vector<std::string>& outputs, Config& settings) {
  Config all = Config::list();
  Config::Object by_name;
  const Config* given = compiled.find(key);
  const bool none = given == nullptr || given->is_null() || *given == Config::list();
  if (!none && outputs.size() == 1) {
    const bool named = given->is_object() && is_by_output(*given);
    add_metrics(named ? by_output(*given, outputs)[0] : *given, all);
  } else if (!none) {
    std::vector<Config> each = metrics_by_output(*given, optimizer, outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (!each[i].items().empty()) by_name.push_back({outputs[i], std::move(each[i])});
    }
  }
  settings[key] = std::move(all);
  settings["output_" + key] = Config::object(std::move(by_name));
}

/// By the names of outputs here: what is a layer's activation in the file stands behind it, as an
/// output of its own.
Config by_names_here(const Config& given, const std::vector<std::string>& outputs) {
  if (!given.is_object() || given.find("class_name") != nullptr) return given;
  Config::Object renamed;
  for (const Config::Member& member : given.members()) {
    const std::string behind = member.key + "_activation";
    const auto is_output = [&](const std::string& name) {
      return std::ranges::find(outputs, name) != outputs.end();
    };
    const bool moved = !is_output(member.key) && is_output(behind);
    renamed.push_back({moved ? behind : member.key, member.value});
  }
  return Config::object(std::move(renamed));
}

/// An object of another module than Keras's is not what Keras calls so. Error: unsupported.
void refuse_strangers(const Config& given) {
  if (given.is_list()) {
    for (const Config& item : given.items()) refuse_strangers(item);
  }
  if (!given.is_object()) return;
  const Config* class_name = given.find("class_name");
  const Config* module = given.find("module");
  if (class_name != nullptr && is_of_stranger(module)) {
    const Config& named = is_text(class_name, "function") ? given.at("config") : *class_name;
    const std::string_view name = named.is_string() ? named.as_string() : std::string_view();
    if (Losses::find(name) >= 0 || Metrics::find(name) >= 0 || Optimizers::find(name) >= 0 ||
        Schedules::find(name) >= 0) {
      refuse_stranger(name, *module);
    }
  }
  for (const Config::Member& member : given.members()) refuse_strangers(member.value);
}

/// True if no output has a loss.
bool is_nothing(const Config& loss) {
  if (loss.is_list()) return std::ranges::all_of(loss.items(), is_nothing);
  if (!loss.is_object() || loss.find("class_name") != nullptr) return loss.is_null();
  return std::ranges::all_of(loss.members(),
                             [](const Config::Member& own) { return is_nothing(own.value); });
}

}  // namespace

Config training_settings(const ModelState& model, const Config& given) {
  if (given.is_null() || given.members().empty()) return {};
  refuse_strangers(given);
  const std::vector<std::string> outputs = output_names(model);
  Config compiled = plain(given);
  for (const char* key : {"loss", "loss_weights", "metrics", "weighted_metrics"}) {
    if (const Config* named = compiled.find(key)) compiled[key] = by_names_here(*named, outputs);
  }
  const Config* optimizer = compiled.find("optimizer");
  if (optimizer == nullptr) optimizer = compiled.find("optimizer_config");
  const Config* loss = compiled.find("loss");
  if (optimizer == nullptr || loss == nullptr) return {};
  if (is_nothing(*loss)) {
    log(LogLevel::warning, cat(model.name,
                               ": it was compiled without a loss, which linnet does not train by: "
                               "it is loaded without its optimizer and metrics"));
    return {};
  }
  Config settings = Config::object();
  settings["optimizer"] = optimizer_of(*optimizer);
  settings["losses"] = Config::list();
  for (const Config& each : by_output(*loss, outputs)) {
    settings["losses"].push_back(loss_or_metric(each));
  }
  settings["loss_weights"] = Config::list();
  const Config* weights = compiled.find("loss_weights");
  if (weights != nullptr && !weights->is_null()) {
    for (const Config& weight : by_output(*weights, outputs)) {
      settings["loss_weights"].push_back(weight.is_null() ? Config(1.0) : weight);
    }
  }
  for (const char* key : {"metrics", "weighted_metrics"}) {
    set_metrics(compiled, key, *optimizer, outputs, settings);
  }
  return settings;
}

}  // namespace linnet::inline v0::detail::keras
