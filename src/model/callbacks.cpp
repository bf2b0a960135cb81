#include <algorithm>
#include <cmath>
#include <cstdio>
#include <linnet/model/callbacks.hpp>
#include <linnet/model/model.hpp>

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

class EarlyStoppingCallback final : public Callback {
 public:
  explicit EarlyStoppingCallback(EarlyStopping settings)
      : settings_(std::move(settings)), best_(fresh()) {}

  void on_train_begin(TrainingRun&) override {
    wait_ = 0;
    best_ = fresh();
    weights_.clear();
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (epoch < settings_.start_from_epoch) return;
    const double value = logs[settings_.monitor];
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
  Best fresh() const { return {settings_.monitor, settings_.mode, settings_.min_delta, {}}; }

  EarlyStopping settings_;
  Best best_;
  int wait_ = 0;
  std::vector<Tensor> weights_;
};

/// "{epoch:02d}-{val_loss:.2f}" with the numbers of the epoch.
std::string filled_in(const std::string& pattern, int epoch, const Logs& logs) {
  std::string path;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const std::size_t end = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      path += pattern[at];
      continue;
    }
    const std::string field = pattern.substr(at + 1, end - at - 1);
    const std::size_t colon = std::min(field.find(':'), field.size());
    const std::string name = field.substr(0, colon);
    int width = 0, digits = 6;
    if (colon < field.size()) {
      const std::string format = field.substr(colon + 1);
      std::sscanf(format.c_str(), "%d", &width);
      if (const auto dot = format.find('.'); dot != std::string::npos) {
        std::sscanf(format.c_str() + dot, ".%d", &digits);
      }
    }
    char text[64];
    if (name == "epoch") {
      std::snprintf(text, sizeof text, "%0*d", std::clamp(width, 0, 30), epoch + 1);
    } else {
      std::snprintf(text, sizeof text, "%.*f", std::clamp(digits, 0, 30), logs[name]);
    }
    path += text;
    at = end;
  }
  return path;
}

class ModelCheckpointCallback final : public Callback {
 public:
  explicit ModelCheckpointCallback(ModelCheckpoint settings)
      : settings_(std::move(settings)),
        best_(settings_.monitor, settings_.mode, 0, settings_.initial_value_threshold) {
    if (settings_.filepath.empty()) {
      fail(ErrorCode::invalid_argument, "ModelCheckpoint: filepath is empty");
    }
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (settings_.save_best_only) {
      const double value = logs[settings_.monitor];
      if (!best_.improves(value)) return;
      best_.set(value);
    }
    run.model.save(filled_in(settings_.filepath, epoch, logs));
  }

  Config state() const override { return best_state(best_); }
  void set_state(const Config& state) override { read_best(best_, state); }

 private:
  ModelCheckpoint settings_;
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
