#include "layers/activity_penalty.hpp"

#include <linnet/graph/scope.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::detail {

namespace {

/// The number of rows of y, known when a plan runs: a scalar.
Value rows_of(const Value& y) {
  const Value first = ops::slice(ops::flatten(y), 1, 0, 1);
  const Value ones = ops::compare(ops::CompareKind::less_equal, first, first);
  return ops::reduce_sum(ops::cast(ones, DType::float32));
}

}  // namespace

void add_activity_penalty(Scope& scope, const Regularizer& regularizer, const Value& y) {
  if (!regularizer) return;
  const Value penalty = regularizer.penalty(ops::cast(y, DType::float32));
  scope.add_loss(y.shape().rank() == 0 ? penalty : ops::divide(penalty, rows_of(y)));
}

}  // namespace linnet::inline v0::detail
