#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

constexpr DType kFloat = DType::float32;

bool is_integer(DType dtype) { return dtype == DType::int32 || dtype == DType::int64; }

/// The losses' type, for predictions of this one.
TensorType losses_of(std::string_view where, const TensorType& y_pred) {
  require_dtype(where, y_pred, kFloat);
  if (y_pred.shape.rank() == 0) {
    fail(ErrorCode::shape_mismatch, cat(where, ": the output has no axis of classes"));
  }
  return {kFloat, y_pred.shape.without(-1)};
}

[[noreturn]] void wrong_labels(std::string_view where, const TensorType& y_true,
                               const TensorType& y_pred, std::string_view advice) {
  fail(ErrorCode::shape_mismatch, cat(where, ": labels ", y_true, " do not fit the output ",
                                      y_pred.shape, advice.empty() ? "" : "; ", advice));
}

/// The shapes differ in nothing but the last axis.
bool same_rows(const Shape& a, const Shape& b) {
  return a.rank() == b.rank() && a.rank() > 0 && a.without(-1).fits(b.without(-1));
}

/// The type of a loss's gradient op: y_pred's. Its third input is the losses' gradient.
Types gradient_types(const auto& op, std::span<const TensorType> inputs) {
  require_count(op.kName, inputs, 3);
  require_dtype(op.kName, inputs[2], kFloat);
  const TensorType losses = op.loss.infer(inputs.first(2)).front();
  if (!inputs[2].shape.fits(losses.shape)) {
    fail(ErrorCode::shape_mismatch,
         cat(op.kName, ": gradient ", inputs[2].shape, " of losses ", losses.shape));
  }
  return {inputs[1]};
}

std::vector<Gradient> gradient_by_prediction(Op op, const GradCall& call) {
  return {Gradient(), apply(std::move(op), {call.x(0), call.x(1), call.dy()})};
}

}  // namespace

// Categorical ------------------------------------------------------------------------------------

Types CategoricalCrossentropy::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 2);
  detail::require(kName, "label_smoothing", label_smoothing, detail::kZeroToOne);
  const TensorType& y_true = inputs[0];
  const TensorType& y_pred = inputs[1];
  const TensorType losses = losses_of(kName, y_pred);
  const Index classes = y_pred.shape[-1];
  const Shape& labels = y_true.shape;
  const bool looks_sparse = labels.fits(losses.shape) ||
                            (same_rows(labels, y_pred.shape) && labels[-1] == 1 && classes != 1);
  if (is_integer(y_true.dtype) || (looks_sparse && !labels.fits(y_pred.shape))) {
    wrong_labels(kName, y_true, y_pred,
                 "it wants one-hot rows; for integer labels use sparse_categorical_crossentropy");
  }
  require_dtype(kName, y_true, kFloat);
  if (!same_rows(labels, y_pred.shape)) wrong_labels(kName, y_true, y_pred, "");
  if (!labels.fits(y_pred.shape)) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": labels have ", labels[-1], " columns, the output has ", classes,
             classes == 1 ? " class" : " classes"));
  }
  return {losses};
}

std::vector<Gradient> CategoricalCrossentropy::grad(const GradCall& call) const {
  return gradient_by_prediction(CategoricalCrossentropyGrad{*this}, call);
}

Types CategoricalCrossentropyGrad::infer(std::span<const TensorType> inputs) const {
  return gradient_types(*this, inputs);
}

// Sparse -----------------------------------------------------------------------------------------

namespace {

/// The losses' type, if the shapes fit.
TensorType sparse_losses(const TensorType& y_true, const TensorType& y_pred) {
  constexpr const char* kWhere = SparseCategoricalCrossentropy::kName;
  const TensorType losses = losses_of(kWhere, y_pred);
  const Shape& labels = y_true.shape;
  const bool column = same_rows(labels, y_pred.shape) && (labels[-1] == 1 || labels[-1] == any);
  if (!labels.fits(losses.shape) && !column) {
    const bool one_hot = labels.fits(y_pred.shape);
    wrong_labels(kWhere, y_true, y_pred,
                 one_hot ? "for one-hot labels use categorical_crossentropy" : "");
  }
  return losses;
}

}  // namespace

Types SparseCategoricalCrossentropy::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 2);
  const TensorType losses = sparse_losses(inputs[0], inputs[1]);
  if (!is_integer(inputs[0].dtype)) {
    fail(ErrorCode::dtype_mismatch,
         cat(kName, ": expected class numbers, int32 or int64, got ", inputs[0].dtype,
             "; whole numbers can be cast: labels.cast(DType::int32)"));
  }
  return {losses};
}

std::vector<Gradient> SparseCategoricalCrossentropy::grad(const GradCall& call) const {
  return gradient_by_prediction(SparseCategoricalCrossentropyGrad{*this}, call);
}

Types SparseCategoricalCrossentropyGrad::infer(std::span<const TensorType> inputs) const {
  return gradient_types(*this, inputs);
}

// Binary -----------------------------------------------------------------------------------------

Types BinaryCrossentropy::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 2);
  detail::require(kName, "label_smoothing", label_smoothing, detail::kZeroToOne);
  const TensorType& y_true = inputs[0];
  const TensorType& y_pred = inputs[1];
  const TensorType losses = losses_of(kName, y_pred);
  require_dtype(kName, y_true, kFloat);
  const Index outputs = y_pred.shape[-1];
  const bool flat = (outputs == 1 || outputs == any) && y_true.shape.fits(losses.shape);
  if (!flat && !y_true.shape.fits(y_pred.shape)) wrong_labels(kName, y_true, y_pred, "");
  return {losses};
}

std::vector<Gradient> BinaryCrossentropy::grad(const GradCall& call) const {
  return gradient_by_prediction(BinaryCrossentropyGrad{*this}, call);
}

Types BinaryCrossentropyGrad::infer(std::span<const TensorType> inputs) const {
  return gradient_types(*this, inputs);
}

// Checks -----------------------------------------------------------------------------------------

Types CheckLabels::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  if (!is_integer(inputs[0].dtype)) {
    fail(ErrorCode::dtype_mismatch,
         cat(kName, ": expected int32 or int64 labels, got ", inputs[0].dtype));
  }
  return {{DType::uint8, {0}}};
}

Types CheckFinite::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  return {{DType::uint8, {0}}};
}

Types CheckRange::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  return {{DType::uint8, {0}}};
}

LabelKind label_kind(const Shape& y_true, const Shape& y_pred) {
  if (y_pred[-1] == 1) return LabelKind::binary;
  const bool sparse = y_true.rank() < y_pred.rank() || y_true[-1] == 1;
  return sparse ? LabelKind::sparse : LabelKind::categorical;
}

// From labels as users have them -----------------------------------------------------------------

Value as_scores(const Value& y_true) {
  return y_true.dtype() == kFloat ? y_true : cast(y_true, kFloat);
}

Value as_labels(const Value& y_true) {
  return is_integer(y_true.dtype()) ? y_true : cast(y_true, DType::int32);
}

namespace {

/// x with `axis` as its last one.
Value with_last(const Value& x, Index axis, std::string_view where) {
  const int rank = x.shape().rank(), from = require_axis(where, axis, x.shape());
  if (from == rank - 1) return x;
  if (from == 0) fail(ErrorCode::unsupported, cat(where, ": axis 0 is that of the rows"));
  std::vector<Index> order;
  for (int i = 0; i < rank; ++i) {
    if (i != from) order.push_back(i);
  }
  order.push_back(from);
  return transpose(x, order);
}

}  // namespace

Value categorical_crossentropy(const Value& y_true, const Value& y_pred, bool from_logits,
                               float label_smoothing, Index axis) {
  constexpr const char* kWhere = CategoricalCrossentropy::kName;
  const Value p = with_last(y_pred, axis, kWhere);
  // Of labels that are no rows of classes apply() says so.
  if (!y_true.shape().fits(y_pred.shape())) {
    return apply(CategoricalCrossentropy{from_logits, label_smoothing}, {y_true, p});
  }
  Value t = as_scores(y_true);
  if (p.shape() != y_pred.shape() && label_smoothing > 0) {
    // Keras divides by the size of the last axis, whatever `axis` is.
    t = affine(t, 1 - label_smoothing, label_smoothing / static_cast<float>(y_pred.shape()[-1]));
    label_smoothing = 0;
  }
  return apply(CategoricalCrossentropy{from_logits, label_smoothing},
               {with_last(t, axis, kWhere), p});
}

Value sparse_categorical_crossentropy(const Value& y_true, const Value& y_pred, bool from_logits,
                                      std::optional<Index> ignore_class, Index axis) {
  constexpr const char* kWhere = SparseCategoricalCrossentropy::kName;
  const bool column = y_true.shape().rank() == y_pred.shape().rank();
  const Value given = column ? with_last(y_true, axis, kWhere) : y_true;
  const Value p = with_last(y_pred, axis, kWhere);
  sparse_losses(given.type(), p.type());  // in errors labels have the type that they came with
  const Value labels = as_labels(given);
  const Value losses = apply(SparseCategoricalCrossentropy{from_logits, ignore_class}, {labels, p});
  if (!ignore_class) return losses;
  const Value ignored =
      constant(Tensor::of<std::int64_t>({}, {*ignore_class}).cast(labels.dtype()));
  return losses.with_mask(
      compare(CompareKind::not_equal, column ? squeeze(labels, -1) : labels, ignored));
}

Value binary_crossentropy(const Value& y_true, const Value& y_pred, bool from_logits,
                          float label_smoothing, Index axis) {
  constexpr const char* kWhere = BinaryCrossentropy::kName;
  const bool same = y_true.shape().rank() == y_pred.shape().rank();
  const Value t = as_scores(y_true);
  return apply(BinaryCrossentropy{from_logits, label_smoothing},
               {same ? with_last(t, axis, kWhere) : t, with_last(y_pred, axis, kWhere)});
}

Value targets_like(std::string_view where, const Value& y_true, const Value& y_pred) {
  Value t = as_scores(y_true);
  if (t.shape().rank() + 1 == y_pred.shape().rank() && y_pred.shape()[-1] == 1) {
    t = expand_dims(t, -1);
  }
  if (!t.shape().fits(y_pred.shape())) wrong_labels(where, y_true.type(), y_pred.type(), "");
  return t;
}

Value weights_like(const Value& weight, const Value& values) {
  const Shape& shape = values.shape();
  if (!weight) return constant(Tensor::full(shape, 1.0f));
  Value w = weight;
  while (w.shape().rank() > shape.rank()) w = reduce_mean(w, {-1});
  while (w.shape().rank() < shape.rank()) w = expand_dims(w, -1);
  return broadcast_to(w, shape);
}

}  // namespace linnet::inline v0::ops
