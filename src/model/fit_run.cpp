#include "model/fit_run.hpp"

#include "model/state.hpp"

namespace linnet::inline v0::detail {

Logs evaluate_batches(ModelState& model, FitRows& rows) {
  Totals totals;
  FitRows::Pass pass(rows, model, 0);
  Batch batch;
  while (pass.next(batch)) {
    totals.add(run_step(model, Mode::test, batch, pass.inputs()));
  }
  if (totals.rows() == 0) fail(ErrorCode::invalid_argument, "evaluate: the data set has no rows");
  return totals.logs(model);
}

FitRun::FitRun(Model& model, FitRows rows, std::optional<Dataset> validation,
               const FitOptions& options)
    : model_(*model.state()),
      options_(options),
      rows_(std::move(rows)),
      run_{.model = model, .epochs = options.epochs} {
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
  }
}

History FitRun::run() {
  History history;
  each([&](Callback& c) { c.on_train_begin(run_); });
  for (int epoch = options_.initial_epoch; epoch < options_.epochs && !run_.stop; ++epoch) {
    each([&](Callback& c) { c.on_epoch_begin(run_, epoch); });
    apply_rate();
    keep_features(epoch);
    Logs logs = train_epoch(epoch);
    if (validation_ && (epoch + 1) % options_.validation_freq == 0) {
      keep_validation_features(epoch);
      for (const auto& [name, value] : evaluate_batches(model_, *validation_)) {
        logs.set(cat("val_", name), value);
      }
    }
    each([&](Callback& c) { c.on_epoch_end(run_, epoch, logs); });
    history.epoch.push_back(epoch);
    history.logs.push_back(std::move(logs));
  }
  take_averages();
  each([&](Callback& c) { c.on_train_end(run_); });
  return history;
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

void FitRun::apply_rate() {
  if (!run_.learning_rate) return;
  LearningRate::check(*run_.learning_rate);
  model_.learning_rate = *run_.learning_rate;
}

/// Where frozen layers are in front of all that trains.
void FitRun::keep_features(int epoch) {
  if (!options_.cache_features) return;
  rows_.prepare(model_, {.mode = Mode::train,
                         .first_epoch = epoch,
                         .epochs = options_.epochs,
                         .steps = options_.steps_per_epoch,
                         .memory = options_.cache_memory});
}

void FitRun::keep_validation_features(int epoch) {
  if (!options_.cache_features) return;
  const int freq = options_.validation_freq;
  const std::size_t used = std::min(rows_.memory(), options_.cache_memory);
  validation_->prepare(model_, {.mode = Mode::test,
                                .epochs = options_.epochs / freq - epoch / freq,
                                .memory = options_.cache_memory - used});
}

Logs FitRun::train_epoch(int epoch) {
  Totals totals;
  FitRows::Pass pass(rows_, model_, epoch);
  Batch batch;
  for (Index step = 0; options_.steps_per_epoch == 0 || step < options_.steps_per_epoch; ++step) {
    if (!pass.next(batch)) break;
    totals.add(run_step(model_, Mode::train, batch, pass.inputs()));
    if (pass.inputs() == nullptr) keep_sample(model_, batch.x);
    if (wants_batches_) {
      const Logs logs = totals.logs(model_);
      each([&](Callback& c) { c.on_batch_end(run_, step, logs); });
      apply_rate();
      if (run_.stop) break;
    }
  }
  if (totals.rows() == 0) fail(ErrorCode::invalid_argument, "fit: the data set has no rows");
  return totals.logs(model_);
}

}  // namespace linnet::inline v0::detail
