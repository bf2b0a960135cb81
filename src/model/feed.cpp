// Columns as the inputs of a plan: strings transformed, dtypes converted, ragged rows padded.
#include "model/feed.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "model/names.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0::detail {

namespace {

/// A width of at least `longest` from few: powers of two and their halves between.
Index rounded_width(Index longest) {
  Index width = 8;
  while (width < longest) width = (width & (width - 1)) == 0 ? width * 3 / 2 : width / 3 * 4;
  return width;
}

/// (rows, width, ...) with zeros behind each row's values.
Tensor padded(const Ragged& column, Index width) {
  const auto splits = column.splits.data<std::int64_t>();
  Tensor y(column.values.dtype(), Shape{column.rows(), width}.joined(column.values.shape().slice(
                                      1, column.values.shape().rank())));
  const std::size_t item = column.values.shape().elements(1, column.values.shape().rank()) == 0
                               ? 0
                               : static_cast<std::size_t>(column.values.shape().elements(
                                     1, column.values.shape().rank())) *
                                     size_of(column.values.dtype());
  for (Index r = 0; r < column.rows(); ++r) {
    const auto begin = static_cast<std::size_t>(splits[static_cast<std::size_t>(r)]);
    const auto end = static_cast<std::size_t>(splits[static_cast<std::size_t>(r) + 1]);
    if (begin == end) continue;
    std::memcpy(static_cast<std::byte*>(y.raw()) + static_cast<std::size_t>(r * width) * item,
                static_cast<const std::byte*>(column.values.raw()) + begin * item,
                (end - begin) * item);
  }
  return y;
}

Tensor lengths_of(const Ragged& column) {
  const auto splits = column.splits.data<std::int64_t>();
  Tensor lengths(DType::int32, {column.rows()});
  for (std::size_t r = 0; r + 1 < splits.size(); ++r) {
    lengths.data<std::int32_t>()[r] = static_cast<std::int32_t>(splits[r + 1] - splits[r]);
  }
  return lengths;
}

/// Numbers as `wanted`; an integer that does not fit is an error.
Tensor converted(const Tensor& tensor, DType wanted, const std::string& what) {
  if (tensor.dtype() == wanted) return tensor;
  if (tensor.dtype() == DType::string && wanted != DType::string) {
    fail(ErrorCode::dtype_mismatch,
         cat(what, ": this model takes numbers, got texts: it has no TextVectorization in front"));
  }
  if (wanted == DType::string) {
    fail(ErrorCode::dtype_mismatch, cat(what, ": expected ", wanted, ", got ", tensor.dtype()));
  }
  if (!is_floating(wanted) && is_floating(tensor.dtype())) {
    fail(ErrorCode::dtype_mismatch,
         cat(what, ": expected ", wanted, " ids, got ", tensor.dtype(), "; cast them first"));
  }
  if (tensor.dtype() == DType::int64 && wanted == DType::int32) {
    for (const std::int64_t value : tensor.data<std::int64_t>()) {
      if (value != static_cast<std::int32_t>(value)) {
        fail(ErrorCode::out_of_range, cat(what, ": ", value, " does not fit in int32"));
      }
    }
  }
  return tensor.cast(wanted);
}

bool takes_classes(const ModelState& model, std::size_t output) {
  if (!model.compiled || output >= model.compiled->losses.size()) return false;
  const Loss& loss = model.compiled->losses[output];
  return loss.as<SparseCategoricalCrossentropy>() != nullptr || loss.as<Circle>() != nullptr ||
         loss.as<CategoricalGeneralizedCrossEntropy>() != nullptr || loss.as<CTC>() != nullptr;
}

/// Floats may be class numbers, as in Keras, but a fraction is none. (What is not finite is refused
/// by the checks of the plan.)
void check_whole(const Tensor& labels, const std::string& what) {
  const auto values = labels.data<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || values[i] == std::floor(values[i])) continue;
    const Index row_size = labels.size() / labels.shape()[0];
    fail(ErrorCode::invalid_argument,
         cat(what, ": row ", static_cast<Index>(i) / row_size,
             ": expected a class number (int32, or a whole float), got ", values[i]));
  }
}

void check_rows(Index& rows, Index got, const std::string& what) {
  if (rows >= 0 && rows != got) {
    fail(ErrorCode::shape_mismatch, cat(what, ": expected ", rows, " rows, got ", got));
  }
  rows = got;
}

std::string input_name(const char* side, std::size_t index) {
  return cat(side, static_cast<Index>(index));
}

}  // namespace

struct Feed::Lists {
  Types inputs;
  std::vector<bool> ragged;
  NamedTensors tensors;
};

Feed::Lists& Feed::left() {
  thread_local Lists lists;
  return lists;
}

Feed::Feed() {
  std::swap(key_.inputs, left().inputs);
  std::swap(key_.ragged, left().ragged);
  std::swap(tensors_, left().tensors);
}

Feed::~Feed() {
  if (tensors_.capacity() <= left().tensors.capacity()) return;
  key_.inputs.clear();
  key_.ragged.clear();
  tensors_.clear();
  left() = {std::move(key_.inputs), std::move(key_.ragged), std::move(tensors_)};
}

Feed::Feed(const ModelState& model, const Columns& x) : Feed() {
  if (x.size() != model.inputs.size()) {
    fail(ErrorCode::invalid_argument, cat("x: expected ", static_cast<Index>(model.inputs.size()),
                                          " inputs, got ", static_cast<Index>(x.size())));
  }
  const std::size_t most = model.inputs.size() + model.outputs.size();
  key_.threads = model.threads();
  key_.inputs.reserve(most);
  key_.ragged.reserve(x.size());
  tensors_.reserve(most + x.size() + 1);  // lengths of ragged columns, and weights
  for (std::size_t i = 0; i < x.size(); ++i) add_x(model, i, x[i]);
}

Feed::Feed(const ModelState& model, const Columns& x, const Columns& y, const Tensor& weight)
    : Feed(model, x) {
  add_targets(model, y, weight);
}

Feed::Feed(const ModelState& model, const FeatureInputs& inputs, const Batch& features) : Feed() {
  rows_ = features.size;
  key_.threads = model.threads();
  for (const TensorType& type : inputs.inputs) {
    key_.inputs.push_back({type.dtype, type.shape.with(0, rows_)});
    key_.ragged.push_back(false);
  }
  for (std::size_t k = 0; k < features.x.size(); ++k) {
    tensors_.emplace_back(FrozenPart::name(k), std::get<Tensor>(features.x[k]));
  }
  add_targets(model, features.y, features.sample_weight);
}

void Feed::add_targets(const ModelState& model, const Columns& y, const Tensor& weight) {
  if (y.size() != model.outputs.size()) {
    fail(ErrorCode::invalid_argument, cat("y: expected ", static_cast<Index>(model.outputs.size()),
                                          " targets, got ", static_cast<Index>(y.size())));
  }
  for (std::size_t i = 0; i < y.size(); ++i) add_y(model, i, y[i]);
  if (weight.size() == 0) return;
  key_.weight = weight.shape();
  if (weight.shape().rank() == 0 || weight.shape()[0] != rows_) {
    fail(ErrorCode::shape_mismatch,
         cat("sample_weight: expected ", rows_, " rows, got ", weight.shape()));
  }
  tensors_.emplace_back("weight", converted(weight, DType::float32, "sample_weight"));
  const auto weights = tensors_.back().second.data<float>();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] >= 0 && std::isfinite(weights[i])) continue;
    fail(weights[i] < 0 ? ErrorCode::invalid_argument : ErrorCode::not_finite,
         cat("sample_weight: row ", static_cast<Index>(i) / (weight.size() / rows_),
             ": expected 0 or more and finite, got ", weights[i]));
  }
}

void Feed::add_x(const ModelState& model, std::size_t index, const Column& column) {
  const std::string label = input_label(model, index);
  const Value& target = model.inputs[index];
  if (const auto& front = model.fronts[index]) {
    const TensorType& type = front->output.type();
    const auto* texts = std::get_if<Tensor>(&column);
    // fit() has turned texts into numbers once for all epochs.
    if (texts == nullptr || texts->dtype() == type.dtype) {
      return add_column(index, column, type, label);
    }
    if (texts->dtype() != DType::string) {
      fail(ErrorCode::dtype_mismatch, cat(label, ": this model takes texts, got ", texts->dtype()));
    }
    const auto numbers = front->layer->transform(*texts);
    if (!numbers) {
      fail(ErrorCode::dtype_mismatch, cat(label, ": no layer turns the texts into numbers"));
    }
    return add_column(index, *numbers, type, label);
  }
  TensorType type = target.type();
  if (model.sequential && !model.sized) {  // sizes came from the first data: others may do
    for (int axis = 0; axis < type.shape.rank(); ++axis) type.shape = type.shape.with(axis, any);
  }
  add_column(index, column, type, label);
}

void Feed::add_column(std::size_t index, const Column& column, const TensorType& type,
                      const std::string& label) {
  const std::string name = input_name("x", index);
  const auto* ragged = std::get_if<Ragged>(&column);
  Tensor values;
  if (ragged != nullptr) {
    ragged->check();
    const Tensor lengths = lengths_of(*ragged);
    Index longest = 0;
    for (const std::int32_t length : lengths.data<std::int32_t>()) {
      longest = std::max<Index>(longest, length);
    }
    values = converted(padded(*ragged, rounded_width(longest)), type.dtype, label);
    tensors_.emplace_back(name + "_lengths", lengths);
  } else {
    values = converted(std::get<Tensor>(column), type.dtype, label);
  }
  const Shape& shape = values.shape();
  const bool padded = ragged != nullptr && shape.rank() > 1;  // to a width of ours
  if (!type.shape.fits(padded ? shape.with(1, any) : shape)) {
    fail(ErrorCode::shape_mismatch,
         cat(label, ": expected shape ", type.shape, ", for which the model was built, got ", shape,
             ops::batch_hint(type.shape, shape.rank())));
  }
  check_rows(rows_, values.shape()[0], label);
  key_.inputs.push_back({type.dtype, values.shape()});
  key_.ragged.push_back(ragged != nullptr);
  tensors_.emplace_back(name, std::move(values));
}

void Feed::add_y(const ModelState& model, std::size_t index, const Column& column) {
  const std::string label = target_label(model, index);
  const auto* tensor = std::get_if<Tensor>(&column);
  if (tensor == nullptr) {
    fail(ErrorCode::dtype_mismatch,
         cat(label, ": expected a tensor of numbers, got rows of different lengths"));
  }
  if (tensor->dtype() == DType::string) {
    fail(ErrorCode::dtype_mismatch, cat(label,
                                        ": expected numbers, got texts; LabelIndex numbers labels: "
                                        "LabelIndex::of(labels).ids(labels)"));
  }
  if (tensor->shape().rank() == 0) {
    fail(ErrorCode::shape_mismatch, cat(label, ": expected a batch, got a scalar"));
  }
  const DType dtype = is_floating(tensor->dtype()) ? DType::float32 : DType::int32;
  check_rows(rows_, tensor->shape()[0], label);
  key_.inputs.push_back({dtype, tensor->shape()});
  tensors_.emplace_back(input_name("y", index), converted(*tensor, dtype, label));
  if (dtype == DType::float32 && takes_classes(model, index)) {
    check_whole(tensors_.back().second, label);
  }
}

void Feed::bind(const Plan& plan, Plan::Session& session) const {
  for (const auto& [name, tensor] : tensors_) session.bind(plan.input_index(name), tensor.raw());
}

Columns transformed(const ModelState& model, const Columns& x) {
  Columns result = x;
  for (std::size_t i = 0; i < x.size() && i < model.fronts.size(); ++i) {
    const auto* texts = std::get_if<Tensor>(&x[i]);
    if (!model.fronts[i] || texts == nullptr || texts->dtype() != DType::string) continue;
    if (auto numbers = model.fronts[i]->layer->transform(*texts)) result[i] = std::move(*numbers);
  }
  return result;
}

Column rows_between(const Column& column, Index begin, Index end) {
  const auto* ragged = std::get_if<Ragged>(&column);
  if (ragged == nullptr) return std::get<Tensor>(column).rows(begin, end);
  const auto splits = ragged->splits.data<std::int64_t>();
  const std::int64_t first = splits[static_cast<std::size_t>(begin)];
  Ragged part{ragged->values.rows(first, splits[static_cast<std::size_t>(end)]),
              Tensor(DType::int64, {end - begin + 1})};
  for (Index r = begin; r <= end; ++r) {
    part.splits.data<std::int64_t>()[static_cast<std::size_t>(r - begin)] =
        splits[static_cast<std::size_t>(r)] - first;
  }
  return part;
}

}  // namespace linnet::inline v0::detail
