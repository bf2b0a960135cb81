// Prediction: rows in batches through an inference plan.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "core/require.hpp"
#include "model/feed.hpp"
#include "model/first_data.hpp"
#include "model/pixel_range.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::Feed;
using detail::FirstData;
using detail::ModelState;
using detail::rows_between;

namespace {

/// What all batches gave together.
class Outputs {
 public:
  Outputs(const Columns& x, Index rows) : x_(x), rows_(rows) {}

  /// The outputs of the batch of `count` rows that begins at row `at`.
  void add(const ModelState& model, const Feed& feed, Index at, Index count) {
    const auto plan = detail::predict_plan(model, feed.key());
    require_rows(*plan->plan, count);
    Plan::Session session(*plan->plan);
    feed.bind(*plan->plan, session);
    session.run();
    if (tensors_.empty()) start(*plan);
    for (std::size_t k = 0; k < tensors_.size(); ++k) {
      copy(plan->plan->output_type(k), session.output(k), k, at);
    }
  }

  std::vector<Tensor>& tensors() { return tensors_; }
  /// The length of each row of an output that follows ragged rows in time; else empty.
  const std::vector<Index>& lengths(std::size_t output) const { return lengths_[output]; }

 private:
  /// Error: an output has not one row for each row of the inputs.
  static void require_rows(const Plan& plan, Index count) {
    for (std::size_t k = 0; k < plan.output_count(); ++k) {
      const Shape& shape = plan.output_type(k).shape;
      if (shape.rank() > 0 && shape[0] == count) continue;
      fail(ErrorCode::shape_mismatch,
           cat("predict: output ", std::uint64_t{k}, " has the shape ", shape, " for a batch of ",
               count, " rows; a model keeps the rows of its inputs apart"));
    }
  }

  void start(const detail::ModelPlan& plan) {
    for (std::size_t k = 0; k < plan.plan->output_count(); ++k) {
      const TensorType& type = plan.plan->output_type(k);
      const std::vector<Index>& lengths = lengths_.emplace_back(shortest(plan.timed_by[k]));
      Shape shape = type.shape.with(0, rows_);
      if (!plan.timed_by[k].empty()) {
        shape = shape.with(1, lengths.empty() ? 0 : *std::ranges::max_element(lengths));
      }
      tensors_.emplace_back(type.dtype, shape);
    }
  }

  /// By row, the length of the shortest of these ragged inputs.
  std::vector<Index> shortest(const std::vector<std::size_t>& inputs) const {
    std::vector<Index> lengths;
    for (const std::size_t i : inputs) {
      const auto splits = std::get<Ragged>(x_[i]).splits.data<std::int64_t>();
      lengths.resize(static_cast<std::size_t>(rows_), std::numeric_limits<Index>::max());
      for (std::size_t r = 0; r < lengths.size(); ++r) {
        lengths[r] = std::min<Index>(lengths[r], splits[r + 1] - splits[r]);
      }
    }
    return lengths;
  }

  void copy(const TensorType& type, const void* from, std::size_t k, Index at) {
    if (type.shape.elements() == 0) return;
    Tensor& to = tensors_[k];
    const bool timed = !lengths_[k].empty();
    const int inner = timed ? 2 : 1;
    if (type.shape.slice(inner, type.shape.rank()) != to.shape().slice(inner, to.shape().rank())) {
      fail(ErrorCode::shape_mismatch,
           cat("predict: output ", std::uint64_t{k}, ": a batch has the shape ", type.shape,
               ", the first one had ", to.shape(),
               "; rows of different lengths need an output that does not depend on their padding"));
    }
    const std::size_t item =
        static_cast<std::size_t>(type.shape.elements(inner, type.shape.rank())) *
        size_of(type.dtype);
    const auto* source = static_cast<const std::byte*>(from);
    auto* target = static_cast<std::byte*>(to.raw());
    const auto first = static_cast<std::size_t>(at);
    if (!timed) {
      std::memcpy(target + first * item, source, static_cast<std::size_t>(type.shape[0]) * item);
      return;
    }
    for (std::size_t r = 0; r < static_cast<std::size_t>(type.shape[0]); ++r) {
      const std::size_t bytes = static_cast<std::size_t>(lengths_[k][first + r]) * item;
      if (bytes == 0) continue;
      std::memcpy(target + (first + r) * static_cast<std::size_t>(to.shape()[1]) * item,
                  source + r * static_cast<std::size_t>(type.shape[1]) * item, bytes);
    }
  }

  const Columns& x_;
  Index rows_;
  std::vector<Tensor> tensors_;
  std::vector<std::vector<Index>> lengths_;
};

/// One output of batch after batch.
class Pieces {
 public:
  /// `timed`: the second axis follows ragged rows, and may be of another length in each piece.
  void add(Tensor piece, bool timed) {
    timed_ = timed_ || timed;
    rows_ += piece.shape()[0];
    if (timed_) longest_ = std::max(longest_, piece.shape()[1]);
    const int inner = timed_ ? 2 : 1;
    if (!pieces_.empty() && inner_of(piece, inner) != inner_of(pieces_.front(), inner)) {
      fail(ErrorCode::shape_mismatch, cat("predict: a batch has the output ", piece.shape(),
                                          ", the first one had ", pieces_.front().shape()));
    }
    pieces_.push_back(std::move(piece));
  }

  /// All rows, with zeros behind those that are shorter in time.
  Tensor joined() const {
    const Tensor& first = pieces_.front();
    Shape shape = first.shape().with(0, rows_);
    if (timed_) shape = shape.with(1, longest_);
    Tensor all(first.dtype(), shape);
    const std::size_t row = bytes_of_row(all);
    auto* to = static_cast<std::byte*>(all.raw());
    for (const Tensor& piece : pieces_) {
      const std::size_t bytes = bytes_of_row(piece);
      for (Index r = 0; r < piece.shape()[0]; ++r, to += row) {
        if (bytes == 0) continue;
        std::memcpy(
            to, static_cast<const std::byte*>(piece.raw()) + static_cast<std::size_t>(r) * bytes,
            bytes);
      }
    }
    return all;
  }

 private:
  static Shape inner_of(const Tensor& piece, int from) {
    return piece.shape().slice(from, piece.shape().rank());
  }
  static std::size_t bytes_of_row(const Tensor& tensor) {
    return static_cast<std::size_t>(tensor.shape().elements(1, tensor.shape().rank())) *
           size_of(tensor.dtype());
  }

  std::vector<Tensor> pieces_;
  bool timed_ = false;
  Index rows_ = 0, longest_ = 0;
};

Prediction prediction_of(const ModelState& model, std::span<const float> probabilities) {
  const std::vector<std::string>& labels = model.labels;
  Prediction p;
  p.probabilities.assign(probabilities.begin(), probabilities.end());
  if (probabilities.empty()) return p;
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  p.index = best - probabilities.begin();
  p.probability = *best;
  p.rejected = p.probability < model.rejection_threshold;
  if (static_cast<std::size_t>(p.index) < labels.size()) {
    p.label = labels[static_cast<std::size_t>(p.index)];
  }
  return p;
}

/// True if the model answers with one number, the probability of the second of two classes.
bool is_of_two_classes(const ModelState& model) {
  const Shape& shape = model.outputs.at(0).shape();
  if (model.outputs.size() != 1 || shape.rank() != 2 || shape[1] != 1) return false;
  if (model.labels.size() == 2) return true;
  const detail::LayerInstance* layer = detail::layer_of(model.outputs[0].node());
  if (layer == nullptr || detail::as_model(*layer) != nullptr) return false;
  const Config fields = layer->config();
  const Config* activation = fields.find("activation");
  return activation != nullptr && *activation == Config("sigmoid");
}

}  // namespace

namespace detail {

std::vector<Prediction> predictions_of(const ModelState& model, const Tensor& probabilities) {
  if (probabilities.shape().rank() != 2 || probabilities.dtype() != DType::float32) {
    fail(ErrorCode::shape_mismatch,
         cat("predict: expected one row of class probabilities for each answer, got ",
             probabilities.shape()));
  }
  const auto rows = static_cast<std::size_t>(probabilities.shape()[0]);
  const auto classes = static_cast<std::size_t>(probabilities.shape()[1]);
  const bool two = is_of_two_classes(model);
  const auto numbers = probabilities.data<float>();
  std::vector<Prediction> predictions;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::array both{1 - numbers[row * classes], numbers[row * classes]};
    const auto own = numbers.subspan(row * classes, classes);
    predictions.push_back(prediction_of(model, two ? std::span<const float>(both) : own));
  }
  return predictions;
}

TensorType type_of(const ModelState& model, const Column& column) {
  const DType wanted = model.input_dtype();
  const auto* tensor = std::get_if<Tensor>(&column);
  if (tensor != nullptr && tensor->dtype() == DType::string && wanted != DType::string) {
    fail(ErrorCode::dtype_mismatch,
         "x: this model takes numbers, got texts: it has no TextVectorization in front");
  }
  if (const auto* ragged = std::get_if<Ragged>(&column)) {
    const Shape& values = ragged->values.shape();
    return {wanted, Shape{any, any}.joined(values.slice(1, values.rank()))};
  }
  return {wanted, std::get<Tensor>(column).shape()};
}

}  // namespace detail

namespace {

/// Columns as many rows each, texts turned into numbers.
struct Rows {
  Columns x;
  Index count = 0;
};

Rows rows_for(const ModelState& model, const Columns& x) {
  detail::make_readable(model);
  detail::warn_of_range(model, x);
  Rows rows{detail::transformed(model, x), x.empty() ? 0 : rows_of(x.front())};
  for (const Column& column : x) {
    if (const auto* ragged = std::get_if<Ragged>(&column)) ragged->check();
    if (rows_of(column) == rows.count) continue;
    fail(ErrorCode::shape_mismatch, "predict: the inputs have different numbers of rows");
  }
  return rows;
}

Outputs outputs_for(const ModelState& model, const Rows& rows, const PredictOptions& options) {
  Outputs outputs(rows.x, rows.count);
  if (rows.count <= options.batch_size) {
    outputs.add(model, Feed(model, rows.x), 0, rows.count);
    return outputs;
  }
  for (Index begin = 0; begin < rows.count; begin += options.batch_size) {
    const Index end = std::min(begin + options.batch_size, rows.count);
    Columns part;
    for (const Column& column : rows.x) part.push_back(rows_between(column, begin, end));
    outputs.add(model, Feed(model, part), begin, end - begin);
  }
  return outputs;
}

void require_one_output(const ModelState& model, std::string_view what) {
  if (model.outputs.size() == 1) return;
  fail(ErrorCode::invalid_argument,
       cat(what, ": the model has ", std::uint64_t{model.outputs.size()},
           " outputs; use predict_all"));
}

}  // namespace

std::vector<Tensor> Model::predict_all(const Inputs& x, const PredictOptions& options) const {
  detail::require("predict", "batch_size", options.batch_size, detail::kPositive);
  FirstData first(*state_, x.columns(), true);
  const Rows rows = rows_for(*state_, x.columns());
  Outputs outputs = outputs_for(*state_, rows, options);
  first.accept();
  return std::move(outputs.tensors());
}

Ragged Model::predict_ragged(const Inputs& x, const PredictOptions& options) const {
  detail::require("predict_ragged", "batch_size", options.batch_size, detail::kPositive);
  FirstData first(*state_, x.columns(), true);
  const Rows rows = rows_for(*state_, x.columns());
  require_one_output(*state_, "predict_ragged");
  Outputs outputs = outputs_for(*state_, rows, options);
  const Tensor& padded = outputs.tensors().front();
  const std::vector<Index>& lengths = outputs.lengths(0);
  if (lengths.empty() && rows.count > 0) {
    fail(ErrorCode::shape_mismatch, cat("predict_ragged: the output ", padded.shape(),
                                        " has no axis of time that follows ragged rows"));
  }
  first.accept();
  Ragged result{{}, Tensor(DType::int64, {rows.count + 1})};
  const auto splits = result.splits.data<std::int64_t>();
  for (std::size_t r = 0; r < lengths.size(); ++r) splits[r + 1] = splits[r] + lengths[r];
  const Shape item = padded.shape().slice(2, padded.shape().rank());
  result.values = Tensor(padded.dtype(), Shape{splits.back()}.joined(item));
  const std::size_t bytes = static_cast<std::size_t>(item.elements()) * size_of(padded.dtype());
  for (std::size_t r = 0; r < lengths.size(); ++r) {
    if (lengths[r] == 0 || bytes == 0) continue;
    const auto at = static_cast<std::size_t>(padded.shape()[1]) * r;
    std::memcpy(
        static_cast<std::byte*>(result.values.raw()) + static_cast<std::size_t>(splits[r]) * bytes,
        static_cast<const std::byte*>(padded.raw()) + at * bytes,
        static_cast<std::size_t>(lengths[r]) * bytes);
  }
  return result;
}

std::vector<Tensor> Model::predict_all(const Dataset& dataset,
                                       const PredictOptions& options) const {
  detail::require("predict", "batch_size", options.batch_size, detail::kPositive);
  if (dataset.endless()) {
    fail(ErrorCode::invalid_argument,
         "predict: the data set repeats without end; take() part of it");
  }
  const Dataset batches = dataset.batched() ? dataset : dataset.batch(options.batch_size);
  DatasetIterator iterator = batches.iterate();
  std::vector<Pieces> all;
  Batch batch;
  while (iterator.next(batch)) {
    FirstData first(*state_, batch.x, true);
    const Rows rows = rows_for(*state_, batch.x);
    Outputs outputs = outputs_for(*state_, rows, {.batch_size = std::max<Index>(rows.count, 1)});
    first.accept();
    all.resize(outputs.tensors().size());
    for (std::size_t k = 0; k < all.size(); ++k) {
      all[k].add(std::move(outputs.tensors()[k]), !outputs.lengths(k).empty());
    }
  }
  if (all.empty()) fail(ErrorCode::invalid_argument, "predict: the data set has no rows");
  std::vector<Tensor> joined;
  for (const Pieces& pieces : all) joined.push_back(pieces.joined());
  return joined;
}

Tensor Model::predict(const Dataset& dataset, const PredictOptions& options) const {
  std::vector<Tensor> outputs = predict_all(dataset, options);
  require_one_output(*state_, "predict");
  return std::move(outputs.front());
}

Tensor Model::predict(const Inputs& x, const PredictOptions& options) const {
  std::vector<Tensor> outputs = predict_all(x, options);
  require_one_output(*state_, "predict");
  return std::move(outputs.front());
}

void Model::predict_into(const Tensor& x, Tensor& y) const {
  detail::require_built(*state_, "predict_into");
  detail::make_readable(*state_);
  thread_local detail::PlanKey key;
  key.mode = detail::Mode::predict;
  key.threads = state_->threads();
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
  return detail::predictions_of(*state_, predict(Inputs(texts)));
}

std::vector<Prediction> Model::predict(std::initializer_list<const char*> texts) const {
  for (const char* text : texts) {
    if (text == nullptr) fail(ErrorCode::invalid_argument, "predict: a text is a null pointer");
  }
  return predict(std::vector<std::string>(texts.begin(), texts.end()));
}

Prediction Model::predict(const char* text) const { return std::move(predict({text}).front()); }

Prediction Model::predict(std::string_view text) const {
  return std::move(predict(std::vector<std::string>{std::string(text)}).front());
}

}  // namespace linnet::inline v0
