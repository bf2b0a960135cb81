#include <algorithm>
#include <cmath>
#include <linnet/model/callbacks.hpp>
#include <linnet/model/model.hpp>

#include "core/require.hpp"
#include "model/path_pattern.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Callback::~Callback() = default;

namespace {

/// Whether a number improved on the best so far.
class Best {
 public:
  Best(const std::string& monitor, MonitorMode mode, double min_delta, std::optional<double> first)
      : larger_(mode == MonitorMode::max || (mode == MonitorMode::automatic && is_gain(monitor))),
        min_delta_(std::abs(min_delta)) {
    best_ = first.value_or(larger_ ? -std::numeric_limits<double>::infinity()
                                   : std::numeric_limits<double>::infinity());
  }

  bool improves(double value) const {
    return larger_ ? value - min_delta_ > best_ : value + min_delta_ < best_;
  }
  void set(double value) { best_ = value; }
  double value() const { return best_; }

 private:
  /// Keras's rule: accuracies, AUC, precision and the like grow; the rest falls.
  static bool is_gain(std::string_view name) {
    constexpr std::string_view kGains[] = {"acc", "auc", "precision", "recall", "f1", "r2", "iou"};
    return std::ranges::any_of(
        kGains, [&](std::string_view gain) { return name.find(gain) != std::string_view::npos; });
  }

  bool larger_;
  double min_delta_;
  double best_;
};

Config best_state(const Best& best) {
  Config state;
  if (std::isfinite(best.value())) state["best"] = Config(best.value());
  return state;
}

void read_best(Best& best, const Config& state) {
  if (state.is_null()) return;
  if (const Config* value = state.find("best")) best.set(value->as_number());
}

void check_mode(std::string_view where, MonitorMode mode) {
  if (mode == MonitorMode::automatic || mode == MonitorMode::min || mode == MonitorMode::max)
    return;
  fail(ErrorCode::invalid_argument,
       cat(where, ": mode must be automatic, min or max, got ", static_cast<int>(mode)));
}

/// Error: the logs of this run will not have the number.
void check_monitor(std::string_view where, const std::string& monitor, const TrainingRun& run) {
  if (std::ranges::find(run.log_names, monitor) != run.log_names.end()) return;
  std::string known;
  for (const std::string& name : run.log_names) known += cat(known.empty() ? "" : ", ", name);
  fail(ErrorCode::not_found,
       cat(where, ": monitor: nothing is called '", monitor, "'; there are: ", known));
}

class EarlyStoppingCallback final : public Callback {
 public:
  explicit EarlyStoppingCallback(EarlyStopping settings)
      : settings_(std::move(settings)), best_(fresh()) {
    detail::require(kWhere, "patience", settings_.patience, detail::kNotNegative);
    detail::require(kWhere, "start_from_epoch", settings_.start_from_epoch, detail::kNotNegative);
    detail::require(kWhere, "min_delta", settings_.min_delta, detail::kFinite);
    detail::require(kWhere, "baseline", settings_.baseline, detail::kFinite);
    check_mode(kWhere, settings_.mode);
  }

  void on_train_begin(TrainingRun& run) override {
    check_monitor(kWhere, settings_.monitor, run);
    wait_ = 0;
    best_ = fresh();
    weights_.clear();
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (epoch < settings_.start_from_epoch) return;
    const double* watched = logs.find(settings_.monitor);
    if (watched == nullptr) return;
    const double value = *watched;
    if (settings_.restore_best_weights && weights_.empty()) weights_ = run.model.get_weights();
    ++wait_;
    if (best_.improves(value)) {
      best_.set(value);
      if (settings_.restore_best_weights) weights_ = run.model.get_weights();
      const bool beats_baseline =
          !settings_.baseline ||
          Best(settings_.monitor, settings_.mode, settings_.min_delta, settings_.baseline)
              .improves(value);
      if (beats_baseline) wait_ = 0;
      return;
    }
    if (wait_ >= settings_.patience && epoch > 0) run.stop = true;
  }

  void on_train_end(TrainingRun& run) override {
    if (!weights_.empty()) run.model.set_weights(weights_);
  }

  Config state() const override {
    Config state = best_state(best_);
    state["wait"] = Config(wait_);
    return state;
  }
  void set_state(const Config& state) override {
    read_best(best_, state);
    if (const Config* wait = state.find("wait")) wait_ = static_cast<int>(wait->as_integer());
  }

 private:
  static constexpr std::string_view kWhere = "EarlyStopping";
  Best fresh() const { return {settings_.monitor, settings_.mode, settings_.min_delta, {}}; }

  EarlyStopping settings_;
  Best best_;
  int wait_ = 0;
  std::vector<Tensor> weights_;
};

class ModelCheckpointCallback final : public Callback {
 public:
  explicit ModelCheckpointCallback(ModelCheckpoint settings)
      : settings_(std::move(settings)),
        path_(settings_.filepath),
        best_(settings_.monitor, settings_.mode, 0, settings_.initial_value_threshold) {
    detail::require(kWhere, "initial_value_threshold", settings_.initial_value_threshold,
                    detail::kFinite);
    check_mode(kWhere, settings_.mode);
  }

  void on_train_begin(TrainingRun& run) override {
    path_.check_names(run.log_names);
    if (settings_.save_best_only) check_monitor(kWhere, settings_.monitor, run);
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (settings_.save_best_only) {
      const double* value = logs.find(settings_.monitor);
      if (value == nullptr || !best_.improves(*value)) return;
      best_.set(*value);
    }
    run.model.save(path_.path(epoch, logs));
  }

  Config state() const override { return best_state(best_); }
  void set_state(const Config& state) override { read_best(best_, state); }

 private:
  static constexpr std::string_view kWhere = "ModelCheckpoint";
  ModelCheckpoint settings_;
  detail::PathPattern path_;
  Best best_;
};

class TerminateOnNaNCallback final : public Callback {
 public:
  explicit TerminateOnNaNCallback(TerminateOnNaN settings) : settings_(settings) {}
  bool wants_batches() const override { return true; }
  void on_batch_end(TrainingRun& run, Index batch, const Logs& logs) override {
    const double* loss = logs.find("loss");
    if (loss == nullptr || std::isfinite(*loss)) return;
    if (settings_.raise_error) {
      fail(ErrorCode::not_finite, cat("fit: the loss of batch ", batch, " is not finite"));
    }
    run.stop = true;
  }

 private:
  TerminateOnNaN settings_;
};

class LambdaCallbackObject final : public Callback {
 public:
  explicit LambdaCallbackObject(LambdaCallback functions) : f_(std::move(functions)) {}
  bool wants_batches() const override { return static_cast<bool>(f_.on_train_batch_end); }
  void on_train_begin(TrainingRun& run) override {
    if (f_.on_train_begin) f_.on_train_begin(run);
  }
  void on_epoch_begin(TrainingRun& run, int epoch) override {
    if (f_.on_epoch_begin) f_.on_epoch_begin(run, epoch);
  }
  void on_batch_end(TrainingRun& run, Index batch, const Logs& logs) override {
    if (f_.on_train_batch_end) f_.on_train_batch_end(run, batch, logs);
  }
  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (f_.on_epoch_end) f_.on_epoch_end(run, epoch, logs);
  }
  void on_train_end(TrainingRun& run) override {
    if (f_.on_train_end) f_.on_train_end(run);
  }

 private:
  LambdaCallback f_;
};

}  // namespace

std::shared_ptr<Callback> make_callback(EarlyStopping settings) {
  return std::make_shared<EarlyStoppingCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(ModelCheckpoint settings) {
  return std::make_shared<ModelCheckpointCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(TerminateOnNaN settings) {
  return std::make_shared<TerminateOnNaNCallback>(settings);
}
std::shared_ptr<Callback> make_callback(LambdaCallback settings) {
  return std::make_shared<LambdaCallbackObject>(std::move(settings));
}

}  // namespace linnet::inline v0
