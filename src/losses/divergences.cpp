#include <linnet/losses.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

namespace linnet::inline v0::losses {

namespace {

constexpr float kLeast = 1e-7f;

Value within_one(const Value& x) {
  return ops::minimum(ops::maximum(x, ops::constant(kLeast)), ops::constant(1.0f));
}

}  // namespace

Value KLDivergence::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = within_one(ops::targets_like(kName, y_true, y_pred));
  const Value ratio = ops::unary(ops::UnaryKind::log, ops::divide(t, within_one(y_pred)));
  return ops::reduce_sum(ops::multiply(t, ratio), {-1});
}

Value Poisson::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const Value logs = ops::unary(ops::UnaryKind::log, ops::affine(y_pred, 1, kLeast));
  return ops::reduce_mean(ops::subtract(y_pred, ops::multiply(t, logs)), {-1});
}

}  // namespace linnet::inline v0::losses
