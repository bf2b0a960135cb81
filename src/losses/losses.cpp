#include <linnet/losses.hpp>
#include <linnet/ops/loss.hpp>

namespace linnet::inline v0 {

const detail::LossModel& detail::LossModel::made(int index) { return Losses::made(index); }

Loss Loss::named(std::string_view name) { return Loss(detail::Losses::named(name)); }

Loss Loss::from_config(const Config& config) { return Loss(detail::Losses::read(config)); }

namespace losses {

namespace {

void require_last_axis(std::string_view where, Index axis, const Value& y_pred) {
  if (axis == -1 || axis == y_pred.shape().rank() - 1) return;
  linnet::detail::fail(ErrorCode::unsupported,
                       linnet::detail::cat(where, ": axis must be the last one, got ", axis));
}

}  // namespace

Value CategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  return ops::categorical_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  return ops::sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignore_class);
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  return ops::mean_squared_error(y_true, y_pred);
}

}  // namespace losses
}  // namespace linnet::inline v0
