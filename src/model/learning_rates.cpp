// ReduceLROnPlateau, LearningRateScheduler: callbacks that set the learning rate.
#include <algorithm>
#include <linnet/model/model.hpp>

#include "core/require.hpp"
#include "model/monitor.hpp"

namespace linnet::inline v0 {

namespace {

class ReduceLROnPlateauCallback final : public Callback {
 public:
  explicit ReduceLROnPlateauCallback(ReduceLROnPlateau settings)
      : settings_(std::move(settings)),
        best_(kName, settings_.monitor, settings_.mode, settings_.min_delta) {
    detail::require(kName, "factor", settings_.factor, detail::kZeroToBelowOne);
    detail::require(kName, "patience", settings_.patience, detail::kNotNegative);
    detail::require(kName, "min_delta", settings_.min_delta, detail::kFinite);
    detail::require(kName, "cooldown", settings_.cooldown, detail::kNotNegative);
    detail::require(kName, "min_lr", settings_.min_lr, detail::kNotNegative);
  }

  bool wants_learning_rate() const override { return true; }

  void on_train_begin(TrainingRun& run) override {
    best_.check(run);
    best_.reset();
    cooldown_ = wait_ = 0;
  }

  void on_epoch_end(TrainingRun& run, int, const Logs& logs) override {
    const double* watched = best_.find(logs);
    if (watched == nullptr) return;
    if (cooldown_ > 0) {
      --cooldown_;
      wait_ = 0;
    }
    if (best_.improves(*watched)) {
      best_.set(*watched);
      wait_ = 0;
    } else if (cooldown_ == 0 && ++wait_ >= settings_.patience) {
      reduce(run);
    }
  }

  std::string_view name() const override { return kName; }
  CallbackState state() const override {
    CallbackState state;
    state.values["best"] = best_.state();
    state.values["wait"] = Config(wait_);
    state.values["cooldown"] = Config(cooldown_);
    return state;
  }
  void set_state(TrainingRun&, const CallbackState& state) override {
    best_.set_state(state.values.at("best"));
    wait_ = static_cast<int>(state.values.at("wait").as_integer());
    cooldown_ = static_cast<int>(state.values.at("cooldown").as_integer());
  }

 private:
  static constexpr std::string_view kName = "ReduceLROnPlateau";

  void reduce(TrainingRun& run) {
    const double rate{run.model.learning_rate()};
    if (rate <= double{static_cast<float>(settings_.min_lr)}) return;
    run.learning_rate = static_cast<float>(std::max(rate * settings_.factor, settings_.min_lr));
    cooldown_ = settings_.cooldown;
    wait_ = 0;
  }

  ReduceLROnPlateau settings_;
  detail::Monitor best_;
  int wait_ = 0, cooldown_ = 0;
};

class LearningRateSchedulerCallback final : public Callback {
 public:
  explicit LearningRateSchedulerCallback(LearningRateScheduler settings)
      : schedule_(std::move(settings.schedule)) {
    if (!schedule_) {
      detail::fail(ErrorCode::invalid_argument, "LearningRateScheduler: schedule: no function");
    }
  }
  bool wants_learning_rate() const override { return true; }
  void on_epoch_begin(TrainingRun& run, int epoch) override {
    run.learning_rate = schedule_(epoch, run.model.learning_rate());
  }
  std::string_view name() const override { return "LearningRateScheduler"; }

 private:
  std::function<float(int, float)> schedule_;
};

}  // namespace

std::shared_ptr<Callback> make_callback(ReduceLROnPlateau settings) {
  return std::make_shared<ReduceLROnPlateauCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(LearningRateScheduler settings) {
  return std::make_shared<LearningRateSchedulerCallback>(std::move(settings));
}

}  // namespace linnet::inline v0
