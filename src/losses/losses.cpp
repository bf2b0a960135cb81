#include <linnet/losses.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

const detail::LossModel& detail::LossModel::made(int index) { return Losses::made(index); }

Loss Loss::named(std::string_view name) { return Loss(detail::Losses::named(name)); }

Loss Loss::from_config(const Config& config) { return Loss(detail::Losses::read(config)); }

namespace losses {

namespace {

void require_last_axis(std::string_view where, Index axis, const Value& y_pred) {
  if (axis == -1 || axis == y_pred.shape().rank() - 1) return;
  fail(ErrorCode::unsupported, cat(where, ": axis must be the last one, got ", axis));
}

Value as_float(const Value& x) {
  return x.dtype() == DType::float32 ? x : ops::cast(x, DType::float32);
}

}  // namespace

Value CategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  const bool one_hot = y_true.shape().fits(y_pred.shape());  // of whatever dtype
  return apply(ops::CategoricalCrossentropy{from_logits, label_smoothing},
               {one_hot ? as_float(y_true) : y_true, y_pred});
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  const bool is_integer = y_true.dtype() == DType::int32 || y_true.dtype() == DType::int64;
  const Value labels = is_integer ? y_true : ops::cast(y_true, DType::int32);
  const Value losses =
      apply(ops::SparseCategoricalCrossentropy{from_logits, ignore_class}, {labels, y_pred});
  if (!ignore_class) return losses;
  const Value flat =
      labels.shape().rank() == y_pred.shape().rank() ? ops::squeeze(labels, -1) : labels;
  const Tensor ignored = Tensor::of<std::int64_t>({}, {*ignore_class}).cast(flat.dtype());
  return losses.with_mask(ops::compare(ops::CompareKind::not_equal, flat, ops::constant(ignored)));
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred);
  return apply(ops::BinaryCrossentropy{from_logits, label_smoothing}, {as_float(y_true), y_pred});
}

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  Value t = as_float(y_true);
  if (t.shape().rank() + 1 == y_pred.shape().rank() && y_pred.shape()[-1] == 1) {
    t = ops::expand_dims(t, -1);
  }
  if (!t.shape().fits(y_pred.shape())) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": labels ", y_true.shape(), " do not fit the output ", y_pred.shape()));
  }
  return ops::reduce_mean(ops::unary(ops::UnaryKind::square, ops::subtract(y_pred, t)), {-1});
}

}  // namespace losses
}  // namespace linnet::inline v0
