#include <linnet/losses.hpp>
#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::metrics {

using linnet::detail::kZeroToOne;
using linnet::detail::require;

void CategoricalCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
}
void BinaryCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
}

Value CategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::categorical_crossentropy(y_true, y_pred, from_logits, label_smoothing, axis);
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignore_class, axis);
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value CrossentropyByType::emit(const Value& y_true, const Value& y_pred) const {
  return Metric(*this).resolved(y_true.type(), y_pred.type()).emit(y_true, y_pred);
}

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  return losses::MeanSquaredError{}.emit(y_true, y_pred);
}

Value MeanAbsoluteError::emit(const Value& y_true, const Value& y_pred) const {
  return losses::MeanAbsoluteError{}.emit(y_true, y_pred);
}

Value MeanAbsolutePercentageError::emit(const Value& y_true, const Value& y_pred) const {
  return losses::MeanAbsolutePercentageError{}.emit(y_true, y_pred);
}

Value MeanSquaredLogarithmicError::emit(const Value& y_true, const Value& y_pred) const {
  return losses::MeanSquaredLogarithmicError{}.emit(y_true, y_pred);
}

Value LogCoshError::emit(const Value& y_true, const Value& y_pred) const {
  return losses::LogCosh{}.emit(y_true, y_pred);
}

Value CosineSimilarity::emit(const Value& y_true, const Value& y_pred) const {
  const Value loss = losses::CosineSimilarity{.axis = axis}.emit(y_true, y_pred);
  return ops::unary(ops::UnaryKind::negative, loss);
}

Value Hinge::emit(const Value& y_true, const Value& y_pred) const {
  return losses::Hinge{}.emit(y_true, y_pred);
}

Value SquaredHinge::emit(const Value& y_true, const Value& y_pred) const {
  return losses::SquaredHinge{}.emit(y_true, y_pred);
}

Value CategoricalHinge::emit(const Value& y_true, const Value& y_pred) const {
  return losses::CategoricalHinge{}.emit(y_true, y_pred);
}

Value KLDivergence::emit(const Value& y_true, const Value& y_pred) const {
  return losses::KLDivergence{}.emit(y_true, y_pred);
}

Value Poisson::emit(const Value& y_true, const Value& y_pred) const {
  return losses::Poisson{}.emit(y_true, y_pred);
}

}  // namespace linnet::inline v0::metrics
