#include <linnet/losses.hpp>
#include <linnet/ops/loss.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

const detail::LossModel& detail::LossModel::made(int index) { return Losses::made(index); }

Loss Loss::named(std::string_view name) { return Loss(detail::Losses::read(Config(name))); }

Loss Loss::from_config(const Config& config) {
  // Keras writes a function that was given as a loss so: {"class_name": "function", "config":
  // name}.
  const Config* class_name =
      config.is_null() || config.is_string() ? nullptr : config.find("class_name");
  const bool function = class_name != nullptr && *class_name == Config("function");
  return Loss(detail::Losses::read(function ? config.at("config") : config));
}

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

Value SparseCategoricalCrossentropy::label_check(const Value& y_true, const Value& y_pred) const {
  const Value labels = ops::as_labels(y_true);
  return apply(ops::CheckLabels{y_pred.shape()[static_cast<int>(axis)], ignore_class}, {labels});
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing, axis);
}

Value CrossentropyByType::emit(const Value& y_true, const Value& y_pred) const {
  return Loss(*this).resolved(y_true.type(), y_pred.type()).emit(y_true, y_pred);
}

}  // namespace losses
}  // namespace linnet::inline v0
