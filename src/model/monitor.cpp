#include "model/monitor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/fit_position.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Keras's rule: accuracies, AUC, precision and the like grow; the rest falls.
bool is_gain(std::string_view name) {
  constexpr std::string_view kGains[] = {"acc", "auc", "precision", "recall", "f1", "r2", "iou"};
  return std::ranges::any_of(
      kGains, [&](std::string_view gain) { return name.find(gain) != std::string_view::npos; });
}

bool larger_is_better(std::string_view where, const std::string& name, MonitorMode mode) {
  if (mode == MonitorMode::automatic) return is_gain(name);
  if (mode == MonitorMode::min || mode == MonitorMode::max) return mode == MonitorMode::max;
  fail(ErrorCode::invalid_argument,
       cat(where, ": mode must be automatic, min or max, got ", static_cast<int>(mode)));
}

}  // namespace

Monitor::Monitor(std::string_view where, std::string name, MonitorMode mode, double min_delta,
                 std::optional<double> first)
    : where_(where),
      name_(std::move(name)),
      larger_(larger_is_better(where, name_, mode)),
      min_delta_(std::abs(min_delta)) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  first_ = best_ = first.value_or(larger_ ? -kInfinity : kInfinity);
}

void Monitor::check(const TrainingRun& run) const {
  if (std::ranges::find(run.log_names, name_) != run.log_names.end()) return;
  std::string known;
  for (const std::string& name : run.log_names) known += cat(known.empty() ? "" : ", ", name);
  fail(ErrorCode::not_found,
       cat(where_, ": monitor: nothing is called '", name_, "'; there are: ", known));
}

bool Monitor::better(double value, double other) const {
  return larger_ ? value - min_delta_ > other : value + min_delta_ < other;
}

Config Monitor::state() const { return exact_config(best_); }
void Monitor::set_state(const Config& best) { best_ = exact_from(best); }

}  // namespace linnet::inline v0::detail
