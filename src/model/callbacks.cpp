// EarlyStopping, TerminateOnNaN, LambdaCallback.
#include <cmath>
#include <linnet/model/callbacks.hpp>
#include <linnet/model/model.hpp>

#include "core/require.hpp"
#include "model/monitor.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Callback::~Callback() = default;

namespace {

class EarlyStoppingCallback final : public Callback {
 public:
  explicit EarlyStoppingCallback(EarlyStopping settings)
      : settings_(std::move(settings)),
        best_(kName, settings_.monitor, settings_.mode, settings_.min_delta) {
    detail::require(kName, "patience", settings_.patience, detail::kNotNegative);
    detail::require(kName, "start_from_epoch", settings_.start_from_epoch, detail::kNotNegative);
    detail::require(kName, "min_delta", settings_.min_delta, detail::kFinite);
    detail::require(kName, "baseline", settings_.baseline, detail::kFinite);
  }

  void on_train_begin(TrainingRun& run) override {
    best_.check(run);
    best_.reset();
    wait_ = 0;
    stopped_ = false;
    weights_.clear();
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (epoch < settings_.start_from_epoch) return;
    const double* watched = best_.find(logs);
    if (watched == nullptr) return;
    if (settings_.restore_best_weights && weights_.empty()) weights_ = run.model.get_weights();
    ++wait_;
    if (best_.improves(*watched)) {
      best_.set(*watched);
      if (settings_.restore_best_weights) weights_ = run.model.get_weights();
      if (!settings_.baseline || best_.better(*watched, *settings_.baseline)) wait_ = 0;
      return;
    }
    stopped_ = wait_ >= settings_.patience && epoch > 0;
    if (stopped_) run.stop = true;
  }

  void on_train_end(TrainingRun& run) override {
    if (!weights_.empty()) run.model.set_weights(weights_);
  }

  std::string_view name() const override { return kName; }

  CallbackState state() const override {
    CallbackState state;
    state.values["best"] = best_.state();
    state.values["wait"] = Config(wait_);
    state.values["stopped"] = Config(stopped_);
    for (std::size_t i = 0; i < weights_.size(); ++i) state.tensors[weight_name(i)] = weights_[i];
    return state;
  }

  void set_state(TrainingRun& run, const CallbackState& state) override {
    best_.set_state(state.values.at("best"));
    wait_ = static_cast<int>(state.values.at("wait").as_integer());
    stopped_ = state.values.at("stopped").as_bool();
    if (stopped_) run.stop = true;
    weights_.clear();
    for (std::size_t i = 0; i < state.tensors.size(); ++i) {
      const auto found = state.tensors.find(weight_name(i));
      if (found == state.tensors.end()) {
        fail(ErrorCode::corrupt_file, cat(kName, ": the best weights are not complete"));
      }
      weights_.push_back(found->second);
    }
  }

 private:
  static constexpr std::string_view kName = "EarlyStopping";
  static std::string weight_name(std::size_t i) { return cat("weight_", std::uint64_t{i}); }

  EarlyStopping settings_;
  detail::Monitor best_;
  int wait_ = 0;
  bool stopped_ = false;
  std::vector<Tensor> weights_;
};

class TerminateOnNaNCallback final : public Callback {
 public:
  explicit TerminateOnNaNCallback(TerminateOnNaN settings) : settings_(settings) {}
  bool wants_batches() const override { return true; }
  void on_train_begin(TrainingRun&) override { stopped_ = false; }
  void on_batch_end(TrainingRun& run, Index batch, const Logs& logs) override {
    const double* loss = logs.find("loss");
    if (loss == nullptr || std::isfinite(*loss)) return;
    if (settings_.raise_error) {
      fail(ErrorCode::not_finite, cat("fit: the loss of batch ", batch, " is not finite"));
    }
    stopped_ = run.stop = true;
  }
  std::string_view name() const override { return "TerminateOnNaN"; }
  CallbackState state() const override { return {.values = Config(stopped_)}; }
  void set_state(TrainingRun& run, const CallbackState& state) override {
    stopped_ = state.values.as_bool();
    if (stopped_) run.stop = true;
  }

 private:
  TerminateOnNaN settings_;
  bool stopped_ = false;
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
  void on_batch_begin(TrainingRun& run, Index batch) override {
    if (f_.on_train_batch_begin) f_.on_train_batch_begin(run, batch);
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
  std::string_view name() const override { return "LambdaCallback"; }

 private:
  LambdaCallback f_;
};

}  // namespace

std::shared_ptr<Callback> make_callback(EarlyStopping settings) {
  return std::make_shared<EarlyStoppingCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(TerminateOnNaN settings) {
  return std::make_shared<TerminateOnNaNCallback>(settings);
}
std::shared_ptr<Callback> make_callback(LambdaCallback settings) {
  return std::make_shared<LambdaCallbackObject>(std::move(settings));
}

}  // namespace linnet::inline v0
