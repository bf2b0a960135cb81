// Prediction: rows in batches through an inference plan.
#include <algorithm>
#include <cstring>

#include "model/state.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::Feed;
using detail::ModelState;
using detail::rows_between;

namespace {

/// A Sequential that has no shapes yet takes them from the first data it sees.
void build_from(ModelState& model, const Columns& x) {
  if (!model.sequential) return;
  const std::lock_guard lock(model.building);
  if (!model.outputs.empty()) return;
  if (x.size() != 1) fail(ErrorCode::invalid_argument, "Sequential: takes one input");
  detail::build_sequential(model, detail::type_of(model, x.front()));
}

/// Outputs of one batch, written to rows [at, at + feed.rows()) of `outputs`.
void predict_batch(const ModelState& model, const Feed& feed, Index at, Index rows,
                   std::vector<Tensor>& outputs) {
  const auto plan = detail::predict_plan(model, feed.key());
  Plan::Session session(*plan->plan);
  feed.bind(*plan->plan, session);
  session.run();
  if (outputs.empty()) {
    for (std::size_t i = 0; i < plan->plan->output_count(); ++i) {
      const TensorType& type = plan->plan->output_type(i);
      outputs.emplace_back(type.dtype, type.shape.with(0, rows));
    }
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const TensorType& type = plan->plan->output_type(i);
    const std::size_t bytes = static_cast<std::size_t>(type.shape.elements()) * size_of(type.dtype);
    const std::size_t row = feed.rows() == 0 ? 0 : bytes / static_cast<std::size_t>(feed.rows());
    if (bytes == 0) continue;
    std::memcpy(static_cast<std::byte*>(outputs[i].raw()) + static_cast<std::size_t>(at) * row,
                session.output(i), bytes);
  }
}

Prediction prediction_of(std::span<const float> probabilities,
                         const std::vector<std::string>& labels) {
  Prediction p;
  p.probabilities.assign(probabilities.begin(), probabilities.end());
  if (probabilities.empty()) return p;
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  p.index = best - probabilities.begin();
  p.probability = *best;
  if (static_cast<std::size_t>(p.index) < labels.size()) {
    p.label = labels[static_cast<std::size_t>(p.index)];
  }
  return p;
}

}  // namespace

namespace detail {

TensorType type_of(const ModelState& model, const Column& column) {
  const DType wanted = model.input_dtype();
  if (const auto* ragged = std::get_if<Ragged>(&column)) {
    const Shape& values = ragged->values.shape();
    return {wanted, Shape{any, any}.joined(values.slice(1, values.rank()))};
  }
  return {wanted, std::get<Tensor>(column).shape()};
}

}  // namespace detail

std::vector<Tensor> Model::predict_all(const Inputs& x, const PredictOptions& options) const {
  build_from(*state_, x.columns());
  if (options.batch_size <= 0) {
    fail(ErrorCode::invalid_argument,
         cat("predict: batch_size must be positive, got ", options.batch_size));
  }
  detail::make_readable(*state_);
  Index rows = -1;
  for (const Column& column : x.columns()) {
    if (rows >= 0 && rows != rows_of(column)) {
      fail(ErrorCode::shape_mismatch, "predict: the inputs have different numbers of rows");
    }
    rows = rows_of(column);
  }
  std::vector<Tensor> outputs;
  if (rows <= options.batch_size) {
    const Feed feed(*state_, x.columns());
    predict_batch(*state_, feed, 0, feed.rows(), outputs);
    return outputs;
  }
  for (Index begin = 0; begin < rows; begin += options.batch_size) {
    const Index end = std::min(begin + options.batch_size, rows);
    Columns part;
    for (const Column& column : x.columns()) part.push_back(rows_between(column, begin, end));
    predict_batch(*state_, Feed(*state_, part), begin, rows, outputs);
  }
  return outputs;
}

Tensor Model::predict(const Inputs& x, const PredictOptions& options) const {
  std::vector<Tensor> outputs = predict_all(x, options);
  if (outputs.size() != 1) {
    fail(ErrorCode::invalid_argument,
         cat("predict: the model has ", static_cast<Index>(outputs.size()),
             " outputs; use predict_all"));
  }
  return std::move(outputs.front());
}

void Model::predict_into(const Tensor& x, Tensor& y) const {
  detail::require_built(*state_, "predict_into");
  detail::make_readable(*state_);
  thread_local detail::PlanKey key;
  key.mode = detail::Mode::predict;
  key.inputs.assign(1, {x.dtype(), x.shape()});
  key.ragged.assign(1, false);
  if (state_->inputs.size() != 1 || state_->fronts[0] || x.dtype() != state_->inputs[0].dtype() ||
      x.shape().rank() != state_->inputs[0].shape().rank()) {
    fail(ErrorCode::invalid_argument,
         cat("predict_into: expected one input like ", state_->inputs[0].type(), ", got ",
             x.dtype(), " ", x.shape()));
  }
  const auto plan = detail::predict_plan(*state_, key);
  const TensorType& type = plan->plan->output_type(0);
  if (y.dtype() != type.dtype || y.shape() != type.shape) {
    fail(ErrorCode::shape_mismatch,
         cat("predict_into: expected y to be ", type, ", got ", y.dtype(), " ", y.shape()));
  }
  Plan::Session session(*plan->plan);
  session.bind(plan->plan->input_index("x0"), x.raw());
  session.run();
  if (y.bytes() > 0) std::memcpy(y.raw(), session.output(0), y.bytes());
}

std::vector<Prediction> Model::predict(const std::vector<std::string>& texts) const {
  const Tensor probabilities = predict(Inputs(texts));
  if (probabilities.shape().rank() != 2 || probabilities.dtype() != DType::float32) {
    fail(ErrorCode::shape_mismatch,
         cat("predict: expected one row of class probabilities for each text, got ",
             probabilities.shape()));
  }
  const auto classes = static_cast<std::size_t>(probabilities.shape()[1]);
  std::vector<Prediction> predictions;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    predictions.push_back(
        prediction_of(probabilities.data<float>().subspan(row * classes, classes), labels()));
  }
  return predictions;
}

Prediction Model::predict(std::string_view text) const {
  return std::move(predict(std::vector<std::string>{std::string(text)}).front());
}

}  // namespace linnet::inline v0
