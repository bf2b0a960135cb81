// Callbacks: what fit() calls while it trains.
#pragma once

#include <functional>
#include <limits>
#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <linnet/model/history.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace linnet::inline v0 {

class Model;

/// What a callback sees of the run, and how it acts on it.
struct TrainingRun {
  Model& model;
  int epochs = 1;                           ///< that were asked for
  Index steps = 0;                          ///< of an epoch; 0 if not known
  bool stop = false;                        ///< set it to end training after this batch
  std::optional<float> learning_rate = {};  ///< set it to replace the optimizer's rate from now on
  std::vector<std::string> log_names = {};  ///< of the numbers in the logs of epochs
};

/// Derive from it and override what you need. Numbers in `logs` are those of Keras: "loss",
/// "accuracy", "val_loss", ... Objects are kept by shared_ptr and used by one fit() at a time.
class LINNET_API Callback {
 public:
  virtual ~Callback();
  virtual void on_train_begin(TrainingRun&) {}
  virtual void on_epoch_begin(TrainingRun&, int /*epoch*/) {}
  virtual void on_batch_end(TrainingRun&, Index /*batch*/, const Logs&) {}
  virtual void on_epoch_end(TrainingRun&, int /*epoch*/, const Logs&) {}
  virtual void on_train_end(TrainingRun&) {}
  /// True if on_batch_end wants its logs; reading them costs time.
  virtual bool wants_batches() const { return false; }
  /// What has to be kept to go on later as if nothing had happened.
  virtual Config state() const { return {}; }
  virtual void set_state(const Config&) {}
};

/// Whether a smaller or a larger value is better: by name, as Keras's "auto" decides it.
enum class MonitorMode : std::uint8_t { automatic, min, max };

/// Stops when a watched number no longer improves: by more than min_delta, whose sign does not
/// matter, as in Keras. Epochs without the number (validation_freq) do not count. Error: patience
/// or start_from_epoch below 0, min_delta or baseline not finite; before training, a number that
/// the logs will not have.
struct EarlyStopping {
  std::string monitor = "val_loss";
  double min_delta = 0;
  int patience = 0;  ///< epochs without improvement that are borne
  MonitorMode mode = MonitorMode::automatic;
  std::optional<double> baseline = {};
  bool restore_best_weights = false;
  int start_from_epoch = 0;
};

/// Saves the model after each epoch, or only when a watched number improved. `filepath` may hold
/// {epoch} (from 1) and names of logs: "best-{epoch:02d}-{val_loss:.2f}.linnet". Error: an empty
/// path, another format; before training, a name that the logs will not have.
struct ModelCheckpoint {
  std::string filepath = {};
  std::string monitor = "val_loss";
  bool save_best_only = false;
  MonitorMode mode = MonitorMode::automatic;
  std::optional<double> initial_value_threshold = {};
};

/// Stops at a loss that is not finite; with raise_error, by an Error.
struct TerminateOnNaN {
  bool raise_error = false;
};

/// Functions as a callback.
struct LambdaCallback {
  std::function<void(TrainingRun&, int epoch)> on_epoch_begin = {};
  std::function<void(TrainingRun&, int epoch, const Logs&)> on_epoch_end = {};
  std::function<void(TrainingRun&, Index batch, const Logs&)> on_train_batch_end = {};
  std::function<void(TrainingRun&)> on_train_begin = {};
  std::function<void(TrainingRun&)> on_train_end = {};
};

/// Shows progress in Keras's style. Text goes to `sink`, the library never prints by itself.
/// On a terminal a bar that is drawn over, otherwise one plain line an epoch.
struct ProgbarLogger {
  std::function<void(std::string_view)> sink = {};
  bool terminal = false;
};

/// Makes a callback of one of the above.
LINNET_API std::shared_ptr<Callback> make_callback(EarlyStopping settings);
LINNET_API std::shared_ptr<Callback> make_callback(ModelCheckpoint settings);
LINNET_API std::shared_ptr<Callback> make_callback(TerminateOnNaN settings);
LINNET_API std::shared_ptr<Callback> make_callback(LambdaCallback settings);
LINNET_API std::shared_ptr<Callback> make_callback(ProgbarLogger settings);

/// One entry of FitOptions::callbacks: settings, or an object of your own class.
class CallbackHandle {
 public:
  template <class Settings>
  requires requires(Settings s) { make_callback(std::move(s)); }
  CallbackHandle(Settings settings) : callback_(make_callback(std::move(settings))) {}
  template <std::derived_from<Callback> C>
  CallbackHandle(std::shared_ptr<C> callback) : callback_(std::move(callback)) {}
  Callback& operator*() const { return *callback_; }
  Callback* operator->() const { return callback_.get(); }

 private:
  std::shared_ptr<Callback> callback_;
};

/// A ProgbarLogger that writes to standard output: a bar if it is a terminal.
LINNET_API ProgbarLogger progress_to_stdout();

}  // namespace linnet::inline v0
