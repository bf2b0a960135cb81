// Training and evaluation over epochs.
#include <charconv>
#include <limits>
#include <linnet/data/split.hpp>
#include <linnet/data/targets.hpp>

#include "core/require.hpp"
#include "model/feed.hpp"
#include "model/first_data.hpp"
#include "model/fit_run.hpp"
#include "model/pixel_range.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::evaluate_batches;
using detail::fail;
using detail::FirstData;
using detail::FitRows;
using detail::FitRun;
using detail::Mode;
using detail::ModelState;
using detail::require;
using detail::Totals;
using detail::transformed;

namespace detail {

namespace {

/// The same error of rows that are counted from `first`: what it says of "row 3" is of row
/// first + 3.
Error counted_from(const Error& error, Index first) {
  constexpr std::string_view kRow = "row ";
  std::string message = error.what();
  for (std::size_t at = message.find(kRow); at != std::string::npos; at = message.find(kRow, at)) {
    at += kRow.size();
    const char* begin = message.data() + at;
    Index row = 0;
    const char* end = std::from_chars(begin, message.data() + message.size(), row).ptr;
    if (end != begin) message.replace(at, static_cast<std::size_t>(end - begin), text(row + first));
  }
  return {error.code(), message};
}

}  // namespace

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
      throw counted_from(error, begin);
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

/// The first data of a compiled model, whose losses are fixed once the outputs are known.
class CompiledData : public FirstData {
 public:
  CompiledData(ModelState& model, const Columns& x, std::string_view what)
      : FirstData(required(model, x, what), x) {
    detail::warn_of_range(model, x);
    if (model.compiled->losses.empty()) {
      detail::check_compiled(model, model.compiled->options);
      model.compiled->losses = model.compiled->options.loss.for_outputs(model.outputs.size());
    }
  }

 private:
  static ModelState& required(ModelState& model, const Columns& x, std::string_view what) {
    require_compiled(model, what);
    if (x.empty()) fail(ErrorCode::invalid_argument, cat(what, ": x is empty"));
    return model;
  }
};

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

/// True if a callback has put the model into the state of a fit() that was stopped or saved.
bool restored(Model& model, const FitOptions& options) {
  bool any_did = false;
  for (const CallbackHandle& callback : options.callbacks) {
    any_did = callback->restore(model) || any_did;
  }
  return any_did;
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

void check_batch(const ModelState& model, const Batch& batch, Index step,
                 detail::PlanCache& plans) {
  try {
    detail::check_rows(model, detail::Feed(model, batch.x, batch.y, batch.sample_weight), plans);
  } catch (const Error& error) {
    throw error.within(cat("batch ", step));
  }
}

/// Looks at the first `steps` batches, of a data set that ends at all.
void check_batches(const ModelState& model, const Dataset& batches, Index epoch, Index steps) {
  detail::PlanCache plans;
  DatasetIterator iterator = batches.iterate(epoch);
  Batch batch;
  for (Index step = 0; step < steps; ++step) {
    if (!iterator.next(batch)) return;
    check_batch(model, batch, step, plans);
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
  try {
    const Columns columns = transformed(model, data.x.columns());
    detail::warn_of_range(model, columns);
    detail::check_columns(model, columns, data.y.columns(), data.sample_weight);
    return Dataset::from(columns, data.y.columns(), data.sample_weight).batch(size);
  } catch (const Error& error) {
    throw error.within("validation_data");
  }
}

/// The rows of a fit(), looked at; not shuffled yet.
struct Looked {
  Dataset rows;
  std::optional<Dataset> validation;
};

Looked looked_at(ModelState& model, const Columns& x, const Columns& y, const FitOptions& options) {
  const Tensor weights = weights_of(model, y, options.sample_weight, options.class_weight);
  const Columns columns = transformed(model, x);
  detail::check_columns(model, columns, y, weights);
  const Dataset rows = Dataset::from(columns, y, weights);
  if (!options.validation_data.empty()) return {rows, validation_batches(model, options)};
  if (options.validation_split == 0) return {rows, {}};
  // Class weights do not count in validation.
  const Dataset plain = Dataset::from(columns, y, options.sample_weight);
  return {validation_split(rows, options.validation_split).first,
          validation_split(plain, options.validation_split).second.batch(options.batch_size)};
}

/// Rows in memory before training starts: all of a pass, of an endless one those of the first
/// epoch. A stream is not read twice; of it, `first` alone, and each batch before its step.
std::optional<Dataset> looked_at(ModelState& model, const FitRows& rows, const Batch& first,
                                 const FitOptions& options) {
  std::optional<Dataset> validation;
  if (!options.validation_data.empty()) validation = validation_batches(model, options);
  if (rows.batches().from_memory()) {
    check_batches(model, rows.batches(), options.initial_epoch,
                  rows.batches().endless() ? options.steps_per_epoch : kAll);
  } else {
    detail::PlanCache plans;
    check_batch(model, first, 0, plans);
  }
  return validation;
}

}  // namespace

History Model::fit(const Inputs& x, const Inputs& y, const FitOptions& options) {
  check_options(options);
  CompiledData first(*state_, x.columns(), "fit");
  Looked data = looked_at(*state_, x.columns(), y.columns(), options);
  const bool restores = restored(*this, options);
  // With the weights a vocabulary may have come, which numbers texts in another way.
  if (restores) data = looked_at(*state_, x.columns(), y.columns(), options);
  const bool resumes = (restores || options.resume) && state_->stopped;
  // A fit that goes on at a later epoch goes on in the order that it began with.
  const Index fits = state_->fits + (resumes || options.initial_epoch > 0 ? 0 : 1);
  const std::uint64_t order = RandomStream(state_->seed, cat("fit ", fits, " order")).key();
  if (options.shuffle) data.rows = data.rows.shuffle(order);
  FitRun run(*this, FitRows(data.rows.batch(options.batch_size)), data.validation, options,
             resumes);
  run.begin();
  first.accept();
  state_->fits = fits;
  detail::keep_sample(*state_, x.columns());
  return run.run();
}

History Model::fit(const Dataset& dataset, const FitOptions& options) {
  check_options(options);
  if (options.validation_split > 0 || !options.sample_weight.empty()) {
    fail(ErrorCode::unsupported,
         "fit: validation_split and sample_weight are for tensors; a data set is split and "
         "weighted before");
  }
  if (options.steps_per_epoch == 0) require_end(dataset, "fit", "give steps_per_epoch");
  const Dataset batches = dataset.batched() ? dataset : dataset.batch(options.batch_size);
  Batch batch;
  if (!batches.iterate(options.initial_epoch).next(batch)) {
    fail(ErrorCode::invalid_argument, "fit: the data set has no rows");
  }
  CompiledData first(*state_, batch.x, "fit");
  std::function<void(Batch&)> weigh;
  if (!options.class_weight.empty()) {
    weigh = [this, &options](Batch& weighed) {
      weighed.sample_weight =
          weights_of(*state_, weighed.y, weighed.sample_weight, options.class_weight);
    };
    weigh(batch);
  }
  const FitRows rows(batches, weigh);
  std::optional<Dataset> validation = looked_at(*state_, rows, batch, options);
  const bool restores = restored(*this, options);
  if (restores) validation = looked_at(*state_, rows, batch, options);
  const bool resumes = (restores || options.resume) && state_->stopped;
  FitRun run(*this, rows, validation, options, resumes);
  run.begin();
  first.accept();
  return run.run();
}

Logs Model::evaluate(const Inputs& x, const Inputs& y, const EvaluateOptions& options) {
  require("evaluate", "batch_size", options.batch_size, detail::kPositive);
  CompiledData first(*state_, x.columns(), "evaluate");
  FitRows rows(Dataset::from(transformed(*state_, x.columns()), y.columns(), options.sample_weight)
                   .batch(options.batch_size));
  Logs logs = evaluate_batches(*state_, rows);
  first.accept();
  return logs;
}

Logs Model::evaluate(const Dataset& dataset) {
  require_compiled(*state_, "evaluate");
  require_end(dataset, "evaluate", "take() part of it");
  const Dataset batches = dataset.batched() ? dataset : dataset.batch(32);
  Batch batch;
  if (!batches.iterate().next(batch)) {
    fail(ErrorCode::invalid_argument, "evaluate: the data set has no rows");
  }
  CompiledData first(*state_, batch.x, "evaluate");
  FitRows rows(batches);
  Logs logs = evaluate_batches(*state_, rows);
  first.accept();
  return logs;
}

namespace {

Logs one_batch(ModelState& model, Mode mode, const Inputs& x, const Inputs& y,
               const Tensor& sample_weight) {
  const auto* what = mode == Mode::train ? "train_on_batch" : "test_on_batch";
  CompiledData first(model, x.columns(), what);
  Totals totals;
  totals.add(detail::run_step(
      model, mode, {.x = x.columns(), .y = y.columns(), .sample_weight = sample_weight}));
  first.accept();
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
