#include <linnet/losses.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/softmax.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::losses {

namespace {

using ops::UnaryKind;

void check_focal(const auto& loss) {
  using namespace linnet::detail;
  require(loss.kName, "label_smoothing", loss.label_smoothing, kZeroToOne);
  require(loss.kName, "gamma", loss.gamma, kNotNegative);
  require(loss.kName, "alpha", loss.alpha, kFinite);
}

/// p within [1e-7, 1 - 1e-7].
Value clipped(const Value& p) {
  return ops::minimum(ops::maximum(p, ops::constant(1e-7f)), ops::constant(1 - 1e-7f));
}

Value logs(const Value& p) { return ops::unary(UnaryKind::log, p); }

Value smoothed(const Value& t, float smoothing, Index classes) {
  if (smoothing == 0) return t;
  return ops::affine(t, 1 - smoothing, smoothing / static_cast<float>(classes));
}

/// losses (1 - q)^gamma
Value focused(const Value& losses, const Value& q, float gamma) {
  if (gamma == 0) return losses;
  Value rest = ops::affine(q, -1, 1);
  // The slope of rest^gamma would be infinite at 0.
  if (gamma < 1) rest = ops::maximum(rest, ops::constant(1e-7f));
  return ops::multiply(losses, ops::power(rest, ops::constant(gamma)));
}

}  // namespace

void BinaryFocalCrossentropy::check() const { check_focal(*this); }
void CategoricalFocalCrossentropy::check() const { check_focal(*this); }

Value BinaryFocalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = smoothed(ops::targets_like(kName, y_true, y_pred), label_smoothing, 2);
  const Value p = from_logits ? ops::sigmoid(y_pred) : y_pred;
  const Value not_t = ops::affine(t, -1, 1);
  const auto by_label = [&](const Value& yes, const Value& no) {
    return ops::add(ops::multiply(t, yes), ops::multiply(not_t, no));
  };
  const Value safe = clipped(p);
  const Value crossentropy =
      ops::unary(UnaryKind::negative, by_label(logs(safe), logs(ops::affine(safe, -1, 1))));
  Value losses = focused(crossentropy, by_label(p, ops::affine(p, -1, 1)), gamma);
  if (apply_class_balancing) {
    losses = ops::multiply(losses, by_label(ops::constant(alpha), ops::constant(1 - alpha)));
  }
  return ops::reduce_mean(losses, {axis});
}

Value CategoricalFocalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  const Index classes = y_pred.shape()[-1];  // as in Keras, whatever `axis` is
  const Value t = smoothed(ops::targets_like(kName, y_true, y_pred), label_smoothing, classes);
  const Value scores = from_logits ? ops::softmax(y_pred, axis) : y_pred;
  const Value p = clipped(ops::divide(scores, ops::reduce_sum(scores, {axis}, true)));
  const Value losses = focused(ops::multiply(t, logs(p)), p, gamma);
  return ops::affine(ops::reduce_sum(losses, {axis}), -alpha);
}

}  // namespace linnet::inline v0::losses
