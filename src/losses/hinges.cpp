#include <linnet/losses.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

namespace linnet::inline v0::losses {

namespace {

/// Labels of which all are 0 or 1 as -1 and 1; others as they are.
Value signed_labels(const Value& t) {
  // t (t - 1) is 0 for both.
  const Value product = ops::multiply(t, ops::affine(t, 1, -1));
  const Value largest = ops::reduce_max(ops::unary(ops::UnaryKind::abs, product));
  const Value binary = ops::compare(ops::CompareKind::equal, largest, ops::constant(0.0f));
  return ops::select(binary, ops::affine(t, 2, -1), t);
}

/// max(1 - t y_pred, 0)
Value margins(const char* where, const Value& y_true, const Value& y_pred) {
  const Value t = signed_labels(ops::targets_like(where, y_true, y_pred));
  return ops::relu(ops::affine(ops::multiply(t, y_pred), -1, 1));
}

}  // namespace

Value Hinge::emit(const Value& y_true, const Value& y_pred) const {
  return ops::reduce_mean(margins(kName, y_true, y_pred), {-1});
}

Value SquaredHinge::emit(const Value& y_true, const Value& y_pred) const {
  const Value squares = ops::unary(ops::UnaryKind::square, margins(kName, y_true, y_pred));
  return ops::reduce_mean(squares, {-1});
}

Value CategoricalHinge::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const Value right = ops::reduce_sum(ops::multiply(t, y_pred), {-1});
  const Value wrong = ops::reduce_max(ops::multiply(ops::affine(t, -1, 1), y_pred), {-1});
  return ops::relu(ops::affine(ops::subtract(wrong, right), 1, 1));
}

}  // namespace linnet::inline v0::losses
