#include <cmath>
#include <linnet/losses.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::losses {

namespace {

using ops::UnaryKind;

constexpr float kEpsilon = 1e-7f;

Value errors_of(const auto& loss, const Value& y_true, const Value& y_pred) {
  return ops::subtract(y_pred, ops::targets_like(loss.kName, y_true, y_pred));
}

Value mean_of(const Value& values) { return ops::reduce_mean(values, {-1}); }

/// x / max(|x|, 1e-7), |x| being the root of the sum of squares along `axis`.
Value direction(const Value& x, Index axis) {
  const Value squares = ops::reduce_sum(ops::unary(UnaryKind::square, x), {axis}, true);
  const Value least = ops::constant(kEpsilon * kEpsilon);
  return ops::divide(x, ops::unary(UnaryKind::sqrt, ops::maximum(squares, least)));
}

/// log(1 + max(x, 1e-7))
Value log_of(const Value& x) {
  return ops::unary(UnaryKind::log, ops::affine(ops::maximum(x, ops::constant(kEpsilon)), 1, 1));
}

}  // namespace

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  return mean_of(ops::unary(UnaryKind::square, errors_of(*this, y_true, y_pred)));
}

Value MeanAbsoluteError::emit(const Value& y_true, const Value& y_pred) const {
  return mean_of(ops::unary(UnaryKind::abs, errors_of(*this, y_true, y_pred)));
}

Value MeanAbsolutePercentageError::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const Value size = ops::maximum(ops::unary(UnaryKind::abs, t), ops::constant(kEpsilon));
  const Value share = ops::divide(ops::subtract(t, y_pred), size);
  return ops::affine(mean_of(ops::unary(UnaryKind::abs, share)), 100);
}

Value MeanSquaredLogarithmicError::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  return mean_of(ops::unary(UnaryKind::square, ops::subtract(log_of(y_pred), log_of(t))));
}

void Huber::check() const {
  linnet::detail::require(kName, "delta", delta, linnet::detail::kPositive);
}

Value Huber::emit(const Value& y_true, const Value& y_pred) const {
  const Value e = errors_of(*this, y_true, y_pred), size = ops::unary(UnaryKind::abs, e);
  const Value near = ops::compare(ops::CompareKind::less_equal, size, ops::constant(delta));
  const Value squared = ops::affine(ops::unary(UnaryKind::square, e), 0.5f);
  return mean_of(ops::select(near, squared, ops::affine(size, delta, -delta * delta / 2)));
}

Value LogCosh::emit(const Value& y_true, const Value& y_pred) const {
  // e + softplus(-2 e) - log 2 is finite where cosh(e) is not.
  const Value e = errors_of(*this, y_true, y_pred);
  const Value rest = ops::activate(ops::ActivationKind::softplus, ops::affine(e, -2));
  return mean_of(ops::affine(ops::add(e, rest), 1, -std::log(2.0f)));
}

Value CosineSimilarity::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = direction(ops::targets_like(kName, y_true, y_pred), axis);
  const Value cosine = ops::reduce_sum(ops::multiply(t, direction(y_pred, axis)), {axis});
  return ops::unary(UnaryKind::negative, cosine);
}

}  // namespace linnet::inline v0::losses
