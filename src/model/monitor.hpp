// Monitor: a number of the logs that a callback watches, and the best that it has been.
#pragma once

#include <linnet/model/callbacks.hpp>

namespace linnet::inline v0::detail {

class Monitor {
 public:
  /// `where` begins messages. Error (invalid_argument): a mode that there is not.
  Monitor(std::string_view where, std::string name, MonitorMode mode, double min_delta,
          std::optional<double> first = {});

  /// Before training: finds out which way is better. Error: not_found: the logs of this run will
  /// not have the number; invalid_argument: its metric does not say, and no mode does.
  void check(const TrainingRun& run);
  /// The number, or null where these logs do not have it.
  const double* find(const Logs& logs) const { return logs.find(name_); }
  bool improves(double value) const { return better(value, best()); }
  /// Whether `value` is better than `other` by more than min_delta.
  bool better(double value, double other) const;
  void set(double value) { best_ = value; }
  /// Back to where it was first.
  void reset() { best_ = first_; }

  Config state() const;
  void set_state(const Config& best);

 private:
  /// The worst that there is, if nothing was seen yet.
  double best() const;

  std::string_view where_;
  std::string name_;
  MonitorMode mode_;
  bool larger_;  ///< is better
  double min_delta_;
  std::optional<double> first_, best_;
};

}  // namespace linnet::inline v0::detail
