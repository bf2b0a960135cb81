#include "model/monitor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/names.hpp"

namespace linnet::inline v0::detail {

Monitor::Monitor(std::string_view where, std::string name, MonitorMode mode, double min_delta,
                 std::optional<double> first)
    : where_(where),
      name_(std::move(name)),
      mode_(mode),
      larger_(mode == MonitorMode::max),
      min_delta_(std::abs(min_delta)),
      first_(first),
      best_(first) {
  if (mode == MonitorMode::automatic || mode == MonitorMode::min || larger_) return;
  fail(ErrorCode::invalid_argument,
       cat(where, ": mode must be automatic, min or max, got ", static_cast<int>(mode)));
}

void Monitor::check(const TrainingRun& run) {
  if (std::ranges::find(run.log_names, name_) == run.log_names.end()) {
    std::string known;
    for (const std::string& name : run.log_names) known += cat(known.empty() ? "" : ", ", name);
    fail(ErrorCode::not_found,
         cat(where_, ": monitor: nothing is called '", name_, "'; there are: ", known));
  }
  if (mode_ != MonitorMode::automatic) return;
  const std::vector<LogNumber> numbers = log_numbers(*run.model.state());
  auto found = std::ranges::find(numbers, name_, &LogNumber::name);
  constexpr std::string_view kOfValidation = "val_";
  if (found == numbers.end() && name_.starts_with(kOfValidation)) {
    found = std::ranges::find(numbers, name_.substr(kOfValidation.size()), &LogNumber::name);
  }
  if (found == numbers.end() || !found->larger_is_better) {
    fail(ErrorCode::invalid_argument,
         cat(where_, ": mode: give min or max; nothing says which way '", name_, "' gets better"));
  }
  larger_ = *found->larger_is_better;
}

bool Monitor::better(double value, double other) const {
  return larger_ ? value - min_delta_ > other : value + min_delta_ < other;
}

double Monitor::best() const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return best_.value_or(larger_ ? -kInfinity : kInfinity);
}

Config Monitor::state() const { return best_ ? exact_config(*best_) : Config(); }

void Monitor::set_state(const Config& best) {
  best_.reset();
  if (!best.is_null()) best_ = exact_from(best);
}

}  // namespace linnet::inline v0::detail
