#include "model/fit_position.hpp"

#include <cmath>
#include <limits>

namespace linnet::inline v0::detail {

namespace {

constexpr const char *kNaN = "nan", *kInfinity = "inf", *kMinusInfinity = "-inf";

std::string tensor_prefix(std::size_t callback) { return cat(std::uint64_t{callback}, "/"); }

/// By callback of a run, which entry of the saved list is its own; null: none. A name's first
/// callback has its first entry.
std::vector<std::optional<std::size_t>> entries_of(const FitPosition& position,
                                                   const std::vector<CallbackHandle>& callbacks) {
  const auto& saved = position.config.at("callbacks").items();
  std::vector<bool> taken(saved.size());
  std::vector<std::optional<std::size_t>> entries;
  for (const CallbackHandle& callback : callbacks) {
    std::optional<std::size_t> entry;
    for (std::size_t i = 0; i < saved.size() && !entry; ++i) {
      if (!taken[i] && saved[i].at("name").as_string() == callback->name()) entry = i;
    }
    if (entry) taken[*entry] = true;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace

Config exact_config(double value) {
  if (std::isnan(value)) return Config(kNaN);
  if (std::isinf(value)) return Config(value > 0 ? kInfinity : kMinusInfinity);
  return Config(value);
}

double exact_from(const Config& config) {
  if (!config.is_string()) return config.as_number();
  const std::string& word = config.as_string();
  if (word == kNaN) return std::numeric_limits<double>::quiet_NaN();
  if (word == kInfinity) return std::numeric_limits<double>::infinity();
  if (word == kMinusInfinity) return -std::numeric_limits<double>::infinity();
  fail(ErrorCode::corrupt_file, cat("expected a number, got '", word, "'"));
}

Config history_config(const History& history) {
  Config list = Config::list();
  for (std::size_t i = 0; i < history.logs.size(); ++i) {
    Config logs = Config::object();
    for (const auto& [name, value] : history.logs[i]) logs[name] = exact_config(value);
    Config entry = Config::object();
    entry["epoch"] = Config(history.epoch[i]);
    entry["logs"] = std::move(logs);
    list.push_back(std::move(entry));
  }
  return list;
}

History history_from(const Config& config) {
  History history;
  for (const Config& entry : config.items()) {
    Logs logs;
    for (const auto& [name, value] : entry.at("logs").members()) logs.set(name, exact_from(value));
    history.epoch.push_back(static_cast<int>(entry.at("epoch").as_integer()));
    history.logs.push_back(std::move(logs));
  }
  return history;
}

void add_callbacks(FitPosition& position, const std::vector<CallbackHandle>& callbacks,
                   const std::vector<bool>& called) {
  Config list = Config::list();
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    CallbackState state = callbacks[i]->state();
    Config entry = Config::object();
    entry["name"] = Config(callbacks[i]->name());
    entry["called"] = Config(static_cast<bool>(called[i]));
    entry["state"] = std::move(state.values);
    list.push_back(std::move(entry));
    for (auto& [name, tensor] : state.tensors) {
      position.tensors.emplace(tensor_prefix(i) + name, std::move(tensor));
    }
  }
  position.config["callbacks"] = std::move(list);
}

std::vector<bool> callbacks_called(const FitPosition& position,
                                   const std::vector<CallbackHandle>& callbacks) {
  std::vector<bool> called;
  for (const auto& entry : entries_of(position, callbacks)) {
    const Config::List& saved = position.config.at("callbacks").items();
    called.push_back(entry && saved[*entry].at("called").as_bool());
  }
  return called;
}

void restore_callbacks(const FitPosition& position, TrainingRun& run,
                       const std::vector<CallbackHandle>& callbacks) {
  const auto entries = entries_of(position, callbacks);
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    if (!entries[i]) continue;
    CallbackState state;
    state.values = position.config.at("callbacks").items()[*entries[i]].at("state");
    const std::string prefix = tensor_prefix(*entries[i]);
    for (const auto& [name, tensor] : position.tensors) {
      if (name.starts_with(prefix)) state.tensors.emplace(name.substr(prefix.size()), tensor);
    }
    callbacks[i]->set_state(run, state);
  }
}

}  // namespace linnet::inline v0::detail
