// Callbacks: what fit() calls while it trains.
#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/model/history.hpp>
#include <map>
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
  History history = {};  ///< of the epochs so far; on_epoch_end sees its own last
};

/// What a callback has to keep to go on later as if nothing had happened.
struct CallbackState {
  Config values = {};
  std::map<std::string, Tensor> tensors = {};
};

/// Derive from it and override what you need. Numbers in `logs` are those of Keras: "loss",
/// "accuracy", "val_loss", ... Objects are kept by shared_ptr and used by one fit() at a time. A
/// callback that saves the model does so after all that changes its own state: the file tells a
/// fit() that goes on which callbacks have been called already.
class LINNET_API Callback {
 public:
  virtual ~Callback();
  virtual void on_train_begin(TrainingRun&) {}
  virtual void on_epoch_begin(TrainingRun&, int /*epoch*/) {}
  /// The batch has been read, not trained on: a rate or a frozen layer set here holds for it.
  /// Called whatever wants_batches() says; TrainingRun::stop takes effect after the batch.
  virtual void on_batch_begin(TrainingRun&, Index /*batch*/) {}
  virtual void on_batch_end(TrainingRun&, Index /*batch*/, const Logs&) {}
  virtual void on_epoch_end(TrainingRun&, int /*epoch*/, const Logs&) {}
  virtual void on_train_end(TrainingRun&) {}
  /// True if on_batch_end wants its logs; reading them costs time.
  virtual bool wants_batches() const { return false; }
  /// True if the logs of epochs are to have a "learning_rate".
  virtual bool wants_learning_rate() const { return false; }

  /// A fit() that goes on gives each callback the state of the saved one of the same name; of
  /// several of one name, in their order.
  virtual std::string_view name() const { return {}; }
  virtual CallbackState state() const { return {}; }
  /// After on_train_begin.
  virtual void set_state(TrainingRun&, const CallbackState&) {}
  /// Before anything else, of a built and compiled model: true if the callback has put it into the
  /// state in which a fit() was saved, for this one to go on from there.
  virtual bool restore(Model&) { return false; }
};

/// When something is done: at the end of each "epoch", of each "batch", or every so many batches.
class Frequency {
 public:
  consteval Frequency(const char* word) : batches_(std::string_view(word) == "batch" ? 1 : 0) {
    if (batches_ == 0 && std::string_view(word) != "epoch") epoch_or_batch();
  }
  template <std::integral Count>
  requires(!std::same_as<Count, bool>) constexpr Frequency(Count batches)
      : batches_(batches > 0 ? static_cast<Index>(batches) : -1) {}

  /// 0: at the end of each epoch; below 0: a number of batches that makes no sense.
  constexpr Index batches() const { return batches_; }

 private:
  static void epoch_or_batch() {}  // not constexpr: calling it stops the compiler
  Index batches_;
};

/// Whether a smaller or a larger value is better. `automatic`: a smaller loss is, of a metric what
/// its class says, as in Keras; one that does not say is refused before training.
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
/// {epoch} (from 1) and names of logs: "best-{epoch:02d}-{val_loss:.2f}.linnet"; with save_freq in
/// batches also {batch}, and the logs are those of the epoch so far. A fit() of the model that such
/// a file holds goes on from there with FitOptions::resume. With save_weights_only it is what
/// Model::save_weights() writes. Error: an empty path, another format, weights in a file that does
/// not end in .weights.h5; before training, a name that the logs will not have.
struct ModelCheckpoint {
  std::string filepath = {};
  std::string monitor = "val_loss";
  bool save_best_only = false;
  bool save_weights_only = false;
  MonitorMode mode = MonitorMode::automatic;
  std::optional<double> initial_value_threshold = {};
  Frequency save_freq = "epoch";
};

/// Keeps a training so that it survives the end of its program: saves model and training in
/// backup_dir, and when the same program runs fit() again, goes on from there, within the epoch and
/// with the same results, bit for bit. When training is done the backup is removed. Two trainings
/// must not share a folder. Error: an empty path; before training, io, and bad_state: the backup is
/// of another model, one of another seed or compiled in another way, or of other rows.
struct BackupAndRestore {
  std::string backup_dir = {};
  Frequency save_freq = "epoch";
  bool delete_checkpoint = true;
};

/// Multiplies the learning rate by `factor` once the watched number has not improved by more than
/// min_delta for `patience` epochs, but not below min_lr; then waits `cooldown` epochs before it
/// counts again. Takes the place of a learning rate schedule. The logs get a "learning_rate".
/// Error: factor not in [0, 1), numbers below 0; before training, a number that the logs will not
/// have.
struct ReduceLROnPlateau {
  std::string monitor = "val_loss";
  double factor = 0.1;
  int patience = 10;
  MonitorMode mode = MonitorMode::automatic;
  double min_delta = 1e-4;
  int cooldown = 0;
  double min_lr = 0;
};

/// Sets the learning rate of each epoch (from 0), given the present one. The logs get a
/// "learning_rate". Error: no function; from fit(), a rate that is negative or not finite.
struct LearningRateScheduler {
  std::function<float(int epoch, float learning_rate)> schedule = {};
};

/// Stops at a loss that is not finite; with raise_error, by an Error.
struct TerminateOnNaN {
  bool raise_error = false;
};

/// Functions as a callback.
struct LambdaCallback {
  std::function<void(TrainingRun&, int epoch)> on_epoch_begin = {};
  std::function<void(TrainingRun&, int epoch, const Logs&)> on_epoch_end = {};
  std::function<void(TrainingRun&, Index batch)> on_train_batch_begin = {};
  std::function<void(TrainingRun&, Index batch, const Logs&)> on_train_batch_end = {};
  std::function<void(TrainingRun&)> on_train_begin = {};
  std::function<void(TrainingRun&)> on_train_end = {};
};

/// Makes a callback of one of the above.
LINNET_API std::shared_ptr<Callback> make_callback(EarlyStopping settings);
LINNET_API std::shared_ptr<Callback> make_callback(ModelCheckpoint settings);
LINNET_API std::shared_ptr<Callback> make_callback(BackupAndRestore settings);
LINNET_API std::shared_ptr<Callback> make_callback(ReduceLROnPlateau settings);
LINNET_API std::shared_ptr<Callback> make_callback(LearningRateScheduler settings);
LINNET_API std::shared_ptr<Callback> make_callback(TerminateOnNaN settings);
LINNET_API std::shared_ptr<Callback> make_callback(LambdaCallback settings);

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

}  // namespace linnet::inline v0
