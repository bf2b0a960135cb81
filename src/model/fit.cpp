// Training and evaluation over epochs.
#include <limits>
#include <linnet/data/split.hpp>
#include <linnet/data/targets.hpp>

#include "core/require.hpp"
#include "model/feed.hpp"
#include "model/fit_run.hpp"
#include "model/pixel_range.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::evaluate_batches;
using detail::fail;
using detail::FitRows;
using detail::FitRun;
using detail::Mode;
using detail::ModelState;
using detail::require;
using detail::Totals;
using detail::transformed;

namespace detail {

void check_columns(const ModelState& model, const Columns& x, const Columns& y,
                   const Tensor& weight) {
  constexpr Index kRows = 65536;
  const Index rows = rows_of(x.front());
  for (const Columns* side : {&x, &y}) {
    for (const Column& column : *side) {
      if (rows_of(column) != rows) {
        fail(ErrorCode::shape_mismatch,
             cat("x and y: expected ", rows, " rows, got ", rows_of(column)));
      }
    }
  }
  if (!weight.empty() && (weight.shape().rank() == 0 || weight.shape()[0] != rows)) {
    fail(ErrorCode::shape_mismatch,
         cat("sample_weight: expected ", rows, " rows, got ", weight.shape()));
  }
  PlanCache plans;
  for (Index begin = 0; begin < rows; begin += kRows) {
    const Index end = std::min(begin + kRows, rows);
    Columns x_part, y_part;
    for (const Column& column : x) x_part.push_back(rows_between(column, begin, end));
    for (const Column& column : y) y_part.push_back(rows_between(column, begin, end));
    try {
      check_rows(model,
                 Feed(model, x_part, y_part, weight.empty() ? Tensor() : weight.rows(begin, end)),
                 plans);
    } catch (const Error& error) {
      if (begin == 0) throw;
      throw error.within(cat("rows from ", begin));
    }
  }
}

}  // namespace detail

namespace {

void require_compiled(const ModelState& model, std::string_view what) {
  if (!model.compiled) {
    fail(ErrorCode::bad_state, cat(what, ": compile the model with an optimizer and a loss first"));
  }
}

/// Builds a Sequential from the first data, and fixes the losses once the outputs are known.
void prepare(ModelState& model, const Columns& x, std::string_view what) {
  require_compiled(model, what);
  if (x.empty()) fail(ErrorCode::invalid_argument, cat(what, ": x is empty"));
  if (!model.built) {
    if (x.size() != 1) fail(ErrorCode::invalid_argument, "Sequential: takes one input");
    detail::build_sequential(model, detail::type_of(model, x.front()));
  }
  detail::warn_of_range(model, x);
  if (model.compiled->losses.empty()) {
    detail::check_compiled(model, model.compiled->options);
    model.compiled->losses = model.compiled->options.loss.for_outputs(model.outputs.size());
  }
}

/// Rows whose weight is that of the sample times that of its class.
Tensor weights_of(const ModelState& model, const Columns& y, const Tensor& sample_weight,
                  const std::map<Index, float>& class_weight) {
  if (class_weight.empty()) return sample_weight;
  if (y.size() != 1 || !std::holds_alternative<Tensor>(y[0])) {
    fail(ErrorCode::unsupported, "fit: class_weight needs a model with one output");
  }
  const Shape& output = model.outputs[0].shape();
  const Index classes = output.rank() == 2 ? std::max<Index>(output[1], 2) : any;
  for (const auto& [number, weight] : class_weight) {
    if (number >= 0 && (classes == any || number < classes)) continue;
    const std::string below = classes == any ? "" : cat(" and below ", classes);
    fail(ErrorCode::out_of_range,
         cat("fit: class_weight: a class must be 0 or more", below, ", got ", number));
  }
  Tensor weights = class_sample_weights(std::get<Tensor>(y[0]), class_weight);
  if (sample_weight.empty()) return weights;
  if (sample_weight.shape() != weights.shape()) {
    fail(ErrorCode::shape_mismatch,
         cat("fit: sample_weight: expected ", weights.shape(), ", got ", sample_weight.shape()));
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(weights.size()); ++i) {
    weights.data<float>()[i] *= sample_weight.data<float>()[i];
  }
  return weights;
}

/// True if this fit() goes on with one that was stopped: it keeps the order of its rows.
bool goes_on(Model& model, const FitOptions& options) {
  bool resumes = options.resume;
  for (const CallbackHandle& callback : options.callbacks) {
    resumes = callback->restore(model) || resumes;
  }
  return resumes && model.state()->stopped;
}

void check_options(const FitOptions& options) {
  constexpr std::string_view kWhere = "fit";
  require(kWhere, "batch_size", options.batch_size, detail::kPositive);
  require(kWhere, "epochs", options.epochs, detail::kNotNegative);
  require(kWhere, "validation_split", options.validation_split, detail::kZeroToBelowOne);
  require(kWhere, "initial_epoch", options.initial_epoch, detail::kNotNegative);
  require(kWhere, "steps_per_epoch", options.steps_per_epoch, detail::kNotNegative);
  require(kWhere, "validation_batch_size", options.validation_batch_size, detail::kNotNegative);
  require(kWhere, "validation_freq", options.validation_freq, detail::kPositive);
  const Data& validation = options.validation_data;
  if (validation.empty() && !(validation.y.empty() && validation.sample_weight.empty())) {
    fail(ErrorCode::invalid_argument, "fit: validation_data has no x");
  }
  if (options.validation_split > 0 && !options.validation_data.empty()) {
    fail(ErrorCode::invalid_argument, "fit: give validation_data or validation_split, not both");
  }
  for (const auto& [number, weight] : options.class_weight) {
    require(kWhere, cat("class_weight of class ", number), weight, detail::kNotNegative);
  }
  for (const CallbackHandle& callback : options.callbacks) {
    if (callback.operator->() == nullptr)
      fail(ErrorCode::invalid_argument, "fit: a callback is null");
  }
}

/// Looks at the first `steps` batches, of a data set that ends at all.
void check_batches(const ModelState& model, const Dataset& batches, Index epoch, Index steps) {
  detail::PlanCache plans;
  DatasetIterator iterator = batches.iterate(epoch);
  Batch batch;
  for (Index step = 0; step < steps; ++step) {
    if (!iterator.next(batch)) return;
    try {
      detail::check_rows(model, detail::Feed(model, batch.x, batch.y, batch.sample_weight), plans);
    } catch (const Error& error) {
      throw error.within(cat("batch ", step));
    }
  }
}

void require_end(const Dataset& batches, std::string_view what, std::string_view remedy) {
  if (!batches.endless()) return;
  fail(ErrorCode::invalid_argument, cat(what, ": the data set repeats without end; ", remedy));
}

constexpr Index kAll = std::numeric_limits<Index>::max();

/// Of data in memory all rows are looked at, of others the first batch.
Dataset validation_batches(const ModelState& model, const Dataset& dataset, Index size) {
  require_end(dataset, "validation_data", "take() part of it");
  const Dataset batches = dataset.batched() ? dataset : dataset.batch(size);
  Batch first;
  if (!batches.iterate().next(first)) {
    fail(ErrorCode::invalid_argument, "validation_data: the data set has no rows");
  }
  detail::warn_of_range(model, first.x);
  try {
    check_batches(model, batches, 0, batches.from_memory() ? kAll : 1);
  } catch (const Error& error) {
    throw error.within("validation_data");
  }
  return batches;
}

Dataset validation_batches(ModelState& model, const FitOptions& options) {
  const Index size =
      options.validation_batch_size > 0 ? options.validation_batch_size : options.batch_size;
  const Data& data = options.validation_data;
  if (data.dataset && !(data.x.empty() && data.y.empty() && data.sample_weight.empty())) {
    fail(ErrorCode::invalid_argument, "validation_data: give either x and y or a data set");
  }
  if (data.dataset) return validation_batches(model, *data.dataset, size);
  const Columns columns = transformed(model, data.x.columns());
  detail::warn_of_range(model, columns);
  try {
    detail::check_columns(model, columns, data.y.columns(), data.sample_weight);
    return Dataset::from(columns, data.y.columns(), data.sample_weight).batch(size);
  } catch (const Error& error) {
    throw error.within("validation_data");
  }
}

}  // namespace

History Model::fit(const Inputs& x, const Inputs& y, const FitOptions& options) {
  check_options(options);
  prepare(*state_, x.columns(), "fit");
  const bool resumes = goes_on(*this, options);
  const Tensor weights =
      weights_of(*state_, y.columns(), options.sample_weight, options.class_weight);
  const Columns columns = transformed(*state_, x.columns());
  detail::check_columns(*state_, columns, y.columns(), weights);
  detail::keep_sample(*state_, x.columns());
  Dataset rows = Dataset::from(columns, y.columns(), weights);
  std::optional<Dataset> validation;
  if (!options.validation_data.empty()) {
    validation = validation_batches(*state_, options);
  } else if (options.validation_split > 0) {
    // Class weights do not count in validation.
    const Dataset plain = Dataset::from(columns, y.columns(), options.sample_weight);
    validation = validation_split(plain, options.validation_split).second.batch(options.batch_size);
    rows = validation_split(rows, options.validation_split).first;
  }
  // A fit that goes on at a later epoch goes on in the order that it began with.
  if (!resumes && options.initial_epoch == 0) ++state_->fits;
  const std::string order = cat("fit ", state_->fits, " order");
  if (options.shuffle) rows = rows.shuffle(RandomStream(state_->seed, order).key());
  return FitRun(*this, FitRows(rows.batch(options.batch_size)), validation, options, resumes).run();
}

History Model::fit(const Dataset& dataset, const FitOptions& options) {
  check_options(options);
  if (options.validation_split > 0 || !options.sample_weight.empty()) {
    fail(ErrorCode::unsupported,
         "fit: validation_split and sample_weight are for tensors; a data set is split and "
         "weighted before");
  }
  if (options.steps_per_epoch == 0) require_end(dataset, "fit", "give steps_per_epoch");
  Dataset batches = dataset.batched() ? dataset : dataset.batch(options.batch_size);
  Batch first;
  if (!batches.iterate(options.initial_epoch).next(first)) {
    fail(ErrorCode::invalid_argument, "fit: the data set has no rows");
  }
  prepare(*state_, first.x, "fit");
  const bool resumes = goes_on(*this, options);
  std::function<void(Batch&)> weigh;
  if (!options.class_weight.empty()) {
    weigh = [this, &options](Batch& batch) {
      batch.sample_weight = weights_of(*state_, batch.y, batch.sample_weight, options.class_weight);
    };
  }
  const FitRows rows(batches, weigh);
  std::optional<Dataset> validation;
  if (!options.validation_data.empty()) validation = validation_batches(*state_, options);
  // Rows in memory before training starts: all of a pass, of an endless one those of the first
  // epoch. A stream is not read twice; each of its batches is looked at before its step.
  if (rows.batches().from_memory()) {
    check_batches(*state_, rows.batches(), options.initial_epoch,
                  dataset.endless() ? options.steps_per_epoch : kAll);
  }
  return FitRun(*this, rows, validation, options, resumes).run();
}

Logs Model::evaluate(const Inputs& x, const Inputs& y, const EvaluateOptions& options) {
  require("evaluate", "batch_size", options.batch_size, detail::kPositive);
  prepare(*state_, x.columns(), "evaluate");
  FitRows rows(Dataset::from(transformed(*state_, x.columns()), y.columns(), options.sample_weight)
                   .batch(options.batch_size));
  return evaluate_batches(*state_, rows);
}

Logs Model::evaluate(const Dataset& dataset) {
  require_compiled(*state_, "evaluate");
  require_end(dataset, "evaluate", "take() part of it");
  const Dataset batches = dataset.batched() ? dataset : dataset.batch(32);
  Batch first;
  if (!batches.iterate().next(first)) {
    fail(ErrorCode::invalid_argument, "evaluate: the data set has no rows");
  }
  prepare(*state_, first.x, "evaluate");
  FitRows rows(batches);
  return evaluate_batches(*state_, rows);
}

namespace {

Logs one_batch(ModelState& model, Mode mode, const Inputs& x, const Inputs& y,
               const Tensor& sample_weight) {
  const auto* what = mode == Mode::train ? "train_on_batch" : "test_on_batch";
  prepare(model, x.columns(), what);
  Totals totals;
  totals.add(detail::run_step(
      model, mode, {.x = x.columns(), .y = y.columns(), .sample_weight = sample_weight}));
  if (mode == Mode::train) {
    detail::keep_sample(model, x.columns());
    model.stopped.reset();
  }
  return totals.logs(model);
}

}  // namespace

Logs Model::train_on_batch(const Inputs& x, const Inputs& y, const Tensor& sample_weight) {
  return one_batch(*state_, Mode::train, x, y, sample_weight);
}

Logs Model::test_on_batch(const Inputs& x, const Inputs& y, const Tensor& sample_weight) {
  return one_batch(*state_, Mode::test, x, y, sample_weight);
}

}  // namespace linnet::inline v0
