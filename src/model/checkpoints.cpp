// ModelCheckpoint, BackupAndRestore: callbacks that save the model.
#include <filesystem>
#include <linnet/io/atomic_file.hpp>
#include <linnet/model/model.hpp>

#include "core/require.hpp"
#include "io/unfinished.hpp"
#include "model/log_file.hpp"
#include "model/monitor.hpp"
#include "model/path_pattern.hpp"
#include "model/state.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// Counts batches, over the ends of epochs, until some are full.
class BatchCount {
 public:
  BatchCount(std::string_view where, Frequency every) : every_(every.batches()) {
    if (every_ >= 0) return;
    fail(ErrorCode::invalid_argument,
         cat(where, ": save_freq must be \"epoch\", \"batch\" or a positive number of batches"));
  }
  bool by_epoch() const { return every_ == 0; }
  /// Counts one more; true if it is time.
  bool full() {
    if (by_epoch() || ++count_ < every_) return false;
    count_ = 0;
    return true;
  }
  void reset() { count_ = 0; }
  Config state() const { return Config(count_); }
  void set_state(const Config& count) { count_ = count.as_integer(); }

 private:
  Index every_, count_ = 0;
};

class ModelCheckpointCallback final : public Callback {
 public:
  explicit ModelCheckpointCallback(ModelCheckpoint settings)
      : settings_(std::move(settings)),
        path_(settings_.filepath),
        count_(kName, settings_.save_freq),
        best_(kName, settings_.monitor, settings_.mode, 0, settings_.initial_value_threshold) {
    detail::require(kName, "initial_value_threshold", settings_.initial_value_threshold,
                    detail::kFinite);
    if (settings_.save_weights_only && !settings_.filepath.ends_with(".weights.h5")) {
      fail(ErrorCode::invalid_argument,
           cat(kName, ": filepath: weights alone need a path that ends in .weights.h5, got ",
               settings_.filepath));
    }
    if (!settings_.save_weights_only &&
        (settings_.filepath.ends_with(".h5") || settings_.filepath.ends_with(".hdf5"))) {
      fail(ErrorCode::invalid_argument,
           cat(kName,
               ": filepath: a whole model needs a path that ends otherwise than in .h5 or "
               ".hdf5 (for weights alone: save_weights_only), got ",
               settings_.filepath));
    }
  }

  bool wants_batches() const override { return !count_.by_epoch(); }

  void on_train_begin(TrainingRun& run) override {
    path_.check_names(run.log_names, !count_.by_epoch());
    if (settings_.save_best_only) best_.check(run);
    count_.reset();
  }
  void on_epoch_begin(TrainingRun&, int epoch) override { epoch_ = epoch; }

  void on_batch_end(TrainingRun& run, Index batch, const Logs& logs) override {
    if (count_.full()) save(run, path_.path(epoch_, batch, logs), logs);
  }
  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    if (count_.by_epoch()) save(run, path_.path(epoch, 0, logs), logs);
  }

  std::string_view name() const override { return kName; }
  CallbackState state() const override {
    CallbackState state;
    state.values["best"] = best_.state();
    state.values["batches"] = count_.state();
    state.values["epoch"] = Config(epoch_);
    return state;
  }
  void set_state(TrainingRun&, const CallbackState& state) override {
    best_.set_state(state.values.at("best"));
    count_.set_state(state.values.at("batches"));
    epoch_ = static_cast<int>(state.values.at("epoch").as_integer());
  }

 private:
  static constexpr std::string_view kName = "ModelCheckpoint";

  void save(TrainingRun& run, const std::string& path, const Logs& logs) {
    if (settings_.save_best_only) {
      const double* value = best_.find(logs);
      if (value == nullptr || !best_.improves(*value)) return;
      best_.set(*value);
    }
    detail::make_folder_of(path);
    settings_.save_weights_only ? run.model.save_weights(path) : run.model.save(path);
  }

  ModelCheckpoint settings_;
  detail::PathPattern path_;
  BatchCount count_;
  detail::Monitor best_;
  int epoch_ = 0;
};

class BackupAndRestoreCallback final : public Callback {
 public:
  explicit BackupAndRestoreCallback(BackupAndRestore settings)
      : settings_(std::move(settings)), count_(kName, settings_.save_freq) {
    detail::require_path("BackupAndRestore: backup_dir", settings_.backup_dir);
    file_ = (std::filesystem::path(settings_.backup_dir) / "latest.linnet").string();
  }

  bool wants_batches() const override { return !count_.by_epoch(); }

  bool restore(Model& model) override {
    std::error_code error;
    if (!std::filesystem::exists(file_, error)) return false;
    detail::load_training(*model.state(), file_);
    return true;
  }

  void on_train_begin(TrainingRun&) override {
    count_.reset();
    detail::make_folder_of(file_);
    const AtomicFile can_be_written(file_);
  }
  void on_batch_end(TrainingRun& run, Index, const Logs&) override {
    if (count_.full()) run.model.save(file_);
  }
  void on_epoch_end(TrainingRun& run, int, const Logs&) override {
    if (count_.by_epoch()) run.model.save(file_);
  }
  /// What cannot be removed stays; the next fit() then finds a training that is done.
  void on_train_end(TrainingRun&) override {
    if (!settings_.delete_checkpoint) return;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    detail::remove_unfinished(settings_.backup_dir);
    std::filesystem::remove(settings_.backup_dir, ignored);  // if it is empty
  }

  std::string_view name() const override { return kName; }
  CallbackState state() const override { return {.values = count_.state()}; }
  void set_state(TrainingRun&, const CallbackState& state) override {
    count_.set_state(state.values);
  }

 private:
  static constexpr std::string_view kName = "BackupAndRestore";

  BackupAndRestore settings_;
  BatchCount count_;
  std::string file_;
};

}  // namespace

std::shared_ptr<Callback> make_callback(ModelCheckpoint settings) {
  return std::make_shared<ModelCheckpointCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(BackupAndRestore settings) {
  return std::make_shared<BackupAndRestoreCallback>(std::move(settings));
}

}  // namespace linnet::inline v0
