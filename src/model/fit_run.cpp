#include "model/fit_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/names.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr std::string_view kStages[] = {"start", "epoch_begin", "batch_end", "epoch_end"};

/// While it lives, saving the model asks where the fit() stands.
class Running {
 public:
  Running(ModelState& model, std::function<FitPosition()> position)
      : model_(model), outer_(std::exchange(model.position, std::move(position))) {}
  ~Running() { model_.position = std::move(outer_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  ModelState& model_;
  std::function<FitPosition()> outer_;
};

/// Error (corrupt_file): below 0, or too large for an int.
int count_from(const Config& config) {
  const std::int64_t value = config.as_integer();
  if (value >= 0 && value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
  fail(ErrorCode::corrupt_file, cat("expected a count, got ", value));
}

}  // namespace

Logs evaluate_batches(ModelState& model, FitRows& rows) {
  Totals totals;
  StepResult step;
  FitRows::Pass pass(rows, model, {});
  Batch batch;
  while (pass.next(batch)) {
    step = run_step(model, Mode::test, batch, pass.inputs(), std::move(step));
    totals.add(step);
  }
  if (totals.rows() == 0) fail(ErrorCode::invalid_argument, "evaluate: the data set has no rows");
  return totals.logs(model);
}

FitRun::FitRun(Model& model, FitRows rows, std::optional<Dataset> validation,
               const FitOptions& options, bool resumes)
    : model_(*model.state()),
      options_(options),
      rows_(std::move(rows)),
      run_{.model = model, .epochs = options.epochs},
      first_epoch_(options.initial_epoch),
      at_{.epoch = options.initial_epoch},
      called_(options.callbacks.size()) {
  if (validation) validation_.emplace(*std::move(validation));
  const Index size = rows_.batches().size();
  run_.steps = options.steps_per_epoch > 0 ? options.steps_per_epoch : size == any ? 0 : size;
  run_.log_names = log_names(model_);
  if (validation_) {
    for (const std::string& name : log_names(model_)) {
      run_.log_names.push_back(cat("val_", name));
    }
  }
  for (const CallbackHandle& callback : options.callbacks) {
    wants_batches_ = wants_batches_ || callback->wants_batches();
    wants_rate_ = wants_rate_ || callback->wants_learning_rate();
  }
  if (wants_rate_) run_.log_names.emplace_back("learning_rate");
  if (!resumes) return;
  try {
    restore(*model_.stopped);
  } catch (const Error& error) {
    throw error.within("fit: resume");
  }
}

History FitRun::run() {
  run_epochs();
  end();
  return std::move(run_.history);
}

void FitRun::begin() {
  for (const CallbackHandle& callback : options_.callbacks) callback->on_train_begin(run_);
  if (from_) {
    restore_callbacks(*from_, run_, options_.callbacks);
    model_.learning_rate = rate_;
  }
  model_.stopped.reset();
}

void FitRun::run_epochs() {
  const auto where = [this] { return stopped_ ? *stopped_ : position(); };
  const Running running(model_, where);
  int epoch = at_.epoch;
  try {
    if (from_ && epoch < options_.epochs) run_epoch(epoch++);  // its rest, even if it shall stop
    from_.reset();
    while (epoch < options_.epochs && !run_.stop) run_epoch(epoch++);
  } catch (...) {
    model_.stopped = where();
    throw;
  }
}

/// All of an epoch, or what is left of the one that at_ is in.
void FitRun::run_epoch(int epoch) {
  const Stage from = at_.epoch == epoch ? at_.stage : Stage::start;
  if (from <= Stage::epoch_begin) {
    reach({Stage::epoch_begin, epoch, 0});
    tell([&](Callback& c) { c.on_epoch_begin(run_, epoch); });
  }
  keep_features(epoch);
  if (from <= Stage::batch_end) {
    train_epoch(epoch);
    add_logs(epoch);
  }
  reach({Stage::epoch_end, epoch, at_.step});
  tell([&](Callback& c) { c.on_epoch_end(run_, epoch, run_.history.logs.back()); });
  if (run_.stop && !stopped_) stopped_ = position();
}

void FitRun::train_epoch(int epoch) {
  const Index first = at_.step;
  if (first == 0) totals_ = {};
  FitRows::Pass pass(rows_, model_, {.epoch = epoch, .element = first});
  if (first > 0) end_batch();
  bool stopped = first > 0 && run_.stop;
  Batch batch;
  StepResult result;
  for (Index step = first;
       !stopped && (options_.steps_per_epoch == 0 || step < options_.steps_per_epoch); ++step) {
    if (!pass.next(batch)) break;
    begin_batch(step);
    pass.renew(batch);
    result = run_step(model_, Mode::train, batch, pass.inputs(), std::move(result));
    totals_.add(result);
    if (pass.inputs() == nullptr) keep_sample(model_, batch.x);
    reach({Stage::batch_end, epoch, step + 1});
    end_batch();
    stopped = run_.stop;
  }
  if (totals_.rows() == 0) fail(ErrorCode::invalid_argument, "fit: the data set has no rows");
  if (stopped) stopped_ = position();
}

/// A fit() that goes on begins the batch again.
void FitRun::begin_batch(Index step) {
  for (const CallbackHandle& callback : options_.callbacks) {
    callback->on_batch_begin(run_, step);
    apply_rate(*callback);
  }
}

/// Tells the callbacks that are not told yet.
void FitRun::end_batch() {
  if (!wants_batches_) return;
  const Logs logs = totals_.logs(model_);
  tell([&](Callback& c) { c.on_batch_end(run_, at_.step - 1, logs); });
}

void FitRun::add_logs(int epoch) {
  Logs logs = totals_.logs(model_);
  if (validation_ && (epoch + 1) % options_.validation_freq == 0) {
    keep_validation_features(epoch);
    for (const auto& [name, value] : evaluate_batches(model_, *validation_)) {
      logs.set(cat("val_", name), value);
    }
  }
  if (wants_rate_) logs.set("learning_rate", double{run_.model.learning_rate()});
  run_.history.epoch.push_back(epoch);
  run_.history.logs.push_back(std::move(logs));
}

/// A fit() that was stopped can go on; with other weights, if averages or the best ones take the
/// place of those that it had.
void FitRun::end() {
  model_.stopped = std::move(stopped_);
  take_averages();
  for (const CallbackHandle& callback : options_.callbacks) callback->on_train_end(run_);
}

void FitRun::reach(const Point& point) {
  if (at_ == point) return;
  at_ = point;
  called_.assign(called_.size(), false);
}

template <class F>
void FitRun::tell(F&& f) {
  for (std::size_t i = 0; i < called_.size(); ++i) {
    if (called_[i]) continue;
    called_[i] = true;
    f(*options_.callbacks[i]);
    apply_rate(*options_.callbacks[i]);
  }
}

FitPosition FitRun::position() const {
  const bool sets_rate = run_.learning_rate && std::isfinite(*run_.learning_rate);
  const std::optional<float> rate = sets_rate ? run_.learning_rate : model_.learning_rate;
  FitPosition position;
  Config& config = position.config;
  config["stage"] = Config(kStages[static_cast<std::size_t>(at_.stage)]);
  config["epoch"] = Config(at_.epoch);
  config["step"] = Config(at_.step);
  config["first_epoch"] = Config(first_epoch_);
  config["batches"] = Config(batches());
  config["rows"] = Config(rows_.checksum());
  config["learning_rate"] = rate ? Config(*rate) : Config();
  config["totals"] = at_.stage == Stage::batch_end ? totals_.config() : Config();
  config["history"] = history_config(run_.history);
  add_callbacks(position, options_.callbacks, called_);
  return position;
}

std::string FitRun::batches() const {
  return cat(run_.steps, " batches of ", options_.batch_size, " rows, ",
             options_.shuffle ? "shuffled" : "not shuffled");
}

void FitRun::restore(const FitPosition& position) {
  const Config& config = position.config;
  const std::string& stage = config.at("stage").as_string();
  const auto* found = std::ranges::find(kStages, stage);
  if (found == std::end(kStages)) fail(ErrorCode::corrupt_file, cat("no such stage: ", stage));
  at_ = {static_cast<Stage>(found - kStages), count_from(config.at("epoch")),
         config.at("step").as_integer()};
  first_epoch_ = count_from(config.at("first_epoch"));
  const Config* rows = config.find("rows");  // files of older versions do not have it
  if (rows != nullptr && rows->as_string() != rows_.checksum()) {
    fail(ErrorCode::bad_state, "it was trained on other rows, or on these in another order");
  }
  if (at_.stage == Stage::batch_end) {
    const std::string& saved = config.at("batches").as_string();
    if (saved != batches()) {
      fail(ErrorCode::bad_state,
           cat("it stood within an epoch of ", saved, "; now there are ", batches()));
    }
    totals_ = Totals::from_config(config.at("totals"));
  }
  run_.history = history_from(config.at("history"));
  if (at_.stage == Stage::epoch_end && run_.history.logs.empty()) {
    fail(ErrorCode::corrupt_file, "an epoch has no logs");
  }
  called_ = callbacks_called(position, options_.callbacks);
  const Config& rate = config.at("learning_rate");
  if (!rate.is_null()) rate_ = static_cast<float>(LearningRate::check(rate.as_number()));
  from_ = position;
}

/// With use_ema the averages take the weights' place at the end, as in Keras.
void FitRun::take_averages() {
  if (!model_.compiled->options.optimizer.settings().use_ema) return;
  for (const PathParameter& p : parameters_of(model_)) {
    const Tensor* average = p.parameter->find_slot("average");
    if (average == nullptr) continue;
    p.parameter->value.assign(*average);
    ++p.parameter->version;
  }
}

/// The rate that a callback may have set.
void FitRun::apply_rate(const Callback& callback) {
  if (!run_.learning_rate) return;
  try {
    LearningRate::check(*run_.learning_rate);
  } catch (const Error& error) {
    const std::string name(callback.name().empty() ? "a callback" : callback.name());
    throw error.within(cat(name, ": epoch ", at_.epoch));
  }
  model_.learning_rate = *run_.learning_rate;
}

/// Where frozen layers are in front of all that trains. A fit() that goes on keeps what it would
/// have kept from its beginning.
void FitRun::keep_features(int epoch) {
  if (!options_.cache_features) return;
  rows_.prepare(model_, {.mode = Mode::train,
                         .first_epoch = from_ ? first_epoch_ : epoch,
                         .epochs = options_.epochs,
                         .steps = options_.steps_per_epoch,
                         .memory = options_.cache_memory});
}

void FitRun::keep_validation_features(int epoch) {
  if (!options_.cache_features) return;
  const int freq = options_.validation_freq;
  const int done = (from_ ? first_epoch_ : epoch) / freq;
  const std::size_t used = std::min(rows_.memory(), options_.cache_memory);
  validation_->prepare(model_, {.mode = Mode::test,
                                .epochs = options_.epochs / freq - done,
                                .memory = options_.cache_memory - used});
}

}  // namespace linnet::inline v0::detail
