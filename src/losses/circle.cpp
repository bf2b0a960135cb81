#include <linnet/losses.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::losses {

namespace {

using ops::CompareKind;
using ops::UnaryKind;

/// log of the sum over the chosen columns of exp(x); a very small number for a row without any.
Value log_sum_exp(const Value& chosen, const Value& x) {
  const Value kept = ops::select(chosen, x, ops::constant(-1e30f));
  const Value largest = ops::reduce_max(kept, {-1}, true);
  const Value sum = ops::reduce_sum(ops::unary(UnaryKind::exp, ops::subtract(kept, largest)), {-1});
  return ops::add(ops::unary(UnaryKind::log, sum), ops::squeeze(largest, -1));
}

/// True for all pairs of rows but those of a row with itself.
Value other_rows(Index rows) {
  Tensor numbers(DType::int32, {rows});
  for (Index i = 0; i < rows; ++i) {
    numbers.data<std::int32_t>()[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i);
  }
  const Value n = ops::constant(numbers);
  return ops::compare(CompareKind::not_equal, ops::expand_dims(n, 1), ops::expand_dims(n, 0));
}

}  // namespace

void Circle::check() const {
  linnet::detail::require(kName, "gamma", gamma, linnet::detail::kFinite);
  linnet::detail::require(kName, "margin", margin, linnet::detail::kFinite);
}

Value Circle::emit(const Value& y_true, const Value& y_pred) const {
  const Index rows = y_pred.shape().rank() == 2 ? y_pred.shape()[0] : any;
  const Shape& shape = y_true.shape();
  if (rows == any || !(shape.fits({rows}) || shape.fits({rows, 1}))) {
    linnet::detail::fail(ErrorCode::shape_mismatch,
                         linnet::detail::cat(kName, ": labels ", y_true.type(),
                                             " do not fit embeddings ", y_pred.shape()));
  }
  const Value labels = ops::as_labels(y_true);
  Value same = ops::compare(CompareKind::equal, ops::reshape(labels, {rows, 1}),
                            ops::reshape(labels, {1, rows}));
  const Value different = ops::logical_not(same);
  if (remove_diagonal) same = ops::compare(CompareKind::logical_and, same, other_rows(rows));

  // Distances d, and of each -gamma max(margin + d, 0) (margin - d) to rows of the same class,
  // gamma max(1 + margin - d, 0) (1 - margin - d) to others.
  const Value d = ops::relu(ops::affine(ops::matmul(y_pred, y_pred, false, true), -1, 1));
  const Value pull =
      ops::multiply(ops::relu(ops::affine(d, 1, margin)), ops::affine(d, -1, margin));
  const Value push =
      ops::multiply(ops::relu(ops::affine(d, -1, 1 + margin)), ops::affine(d, -1, 1 - margin));
  const Value sum = ops::add(log_sum_exp(same, ops::affine(pull, -gamma)),
                             log_sum_exp(different, ops::affine(push, gamma)));
  const Value losses = ops::activate(ops::ActivationKind::softplus, sum);
  return losses.with_mask(ops::compare(CompareKind::less, ops::constant(0.0f), losses));
}

}  // namespace linnet::inline v0::losses
