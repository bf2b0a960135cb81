#include <linnet/losses.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "core/require.hpp"

namespace linnet::inline v0::losses {

namespace {

constexpr linnet::detail::Range kBetweenZeroAndOne{0, 1, false, false};

/// Labels (..., 1): those of (...) with another axis.
Value label_column(const Value& y_true, const Value& y_pred) {
  const Value labels = ops::cast(y_true, DType::int32);
  return labels.shape().rank() < y_pred.shape().rank() ? ops::expand_dims(labels, -1) : labels;
}

}  // namespace

void CategoricalGeneralizedCrossEntropy::check() const {
  linnet::detail::require(kName, "q", q, kBetweenZeroAndOne);
}

Value CategoricalGeneralizedCrossEntropy::emit(const Value& y_true, const Value& y_pred) const {
  const Value labels = label_column(y_true, y_pred);
  const Shape rows = y_pred.shape().without(-1).joined({1});
  const Index size = y_pred.shape()[-1];
  if (!labels.shape().fits(rows) || size == any) {
    linnet::detail::fail(ErrorCode::shape_mismatch,
                         linnet::detail::cat(kName, ": labels ", y_true.type(),
                                             " do not fit the output ", y_pred.shape()));
  }
  Tensor classes(DType::int32, {size});
  std::iota(classes.data<std::int32_t>().begin(), classes.data<std::int32_t>().end(), 0);
  const Value chosen = ops::compare(ops::CompareKind::equal, labels, ops::constant(classes));
  const Value p = ops::reduce_sum(ops::multiply(y_pred, ops::cast(chosen, DType::float32)), {-1});
  // Where p is 0 the slope would be infinite.
  const Value safe = ops::maximum(ops::constant(1e-30f), p);
  return ops::affine(ops::power(safe, ops::constant(q)), -1 / q, 1 / q);
}

Value CategoricalGeneralizedCrossEntropy::label_check(const Value& y_true,
                                                      const Value& y_pred) const {
  return apply(ops::CheckLabels{y_pred.shape()[-1], {}}, {ops::as_labels(y_true)});
}

}  // namespace linnet::inline v0::losses
