#include <linnet/losses.hpp>
#include <linnet/ops/loss.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0 {

const detail::LossModel& detail::LossModel::made(int index) { return Losses::made(index); }

Loss Loss::named(std::string_view name) { return Loss(detail::Losses::read(Config(name))); }

Loss Loss::from_config(const Config& config) { return Loss(detail::Losses::read(config)); }

Loss Loss::resolved(const TensorType& y_true, const TensorType& y_pred) const {
  const auto* by_type = as<losses::CrossentropyByType>();
  if (by_type == nullptr) return *this;
  switch (ops::label_kind(y_true.shape, y_pred.shape)) {
    case ops::LabelKind::binary:
      return losses::BinaryCrossentropy{.reduction = by_type->reduction, .name = name()};
    case ops::LabelKind::sparse:
      return losses::SparseCategoricalCrossentropy{.reduction = by_type->reduction, .name = name()};
    default:
      return losses::CategoricalCrossentropy{.reduction = by_type->reduction, .name = name()};
  }
}

namespace losses {

using linnet::detail::kZeroToOne;
using linnet::detail::require;
using ops::require_last_axis;

void CategoricalCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
}
void BinaryCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
}

Value CategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred.shape());
  return ops::categorical_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred.shape());
  return ops::sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignore_class);
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred.shape());
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value CrossentropyByType::emit(const Value& y_true, const Value& y_pred) const {
  return Loss(*this).resolved(y_true.type(), y_pred.type()).emit(y_true, y_pred);
}

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  return ops::mean_squared_error(y_true, y_pred);
}

}  // namespace losses
}  // namespace linnet::inline v0
