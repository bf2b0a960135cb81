#include <algorithm>
#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::metrics {

using linnet::detail::kPositive;
using linnet::detail::require;

void BinaryAccuracy::check() const {
  require(kName, "threshold", threshold, linnet::detail::kFinite);
}
void TopKCategoricalAccuracy::check() const { require(kName, "k", k, kPositive); }
void SparseTopKCategoricalAccuracy::check() const { require(kName, "k", k, kPositive); }

Value Accuracy::emit(const Value& y_true, const Value& y_pred) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  const Value equal = ops::compare(ops::CompareKind::equal, t, y_pred);
  return ops::reduce_mean(ops::cast(equal, DType::float32), {-1});
}

Value CategoricalAccuracy::emit(const Value& y_true, const Value& y_pred) const {
  return apply(ops::ArgMaxMatch{}, {ops::as_scores(y_true), y_pred});
}

Value SparseCategoricalAccuracy::emit(const Value& y_true, const Value& y_pred) const {
  return apply(ops::ArgMaxMatch{}, {ops::as_labels(y_true), y_pred});
}

Value BinaryAccuracy::emit(const Value& y_true, const Value& y_pred) const {
  return apply(ops::ThresholdMatch{threshold}, {ops::as_scores(y_true), y_pred});
}

Value AccuracyByType::emit(const Value& y_true, const Value& y_pred) const {
  return Metric(*this).resolved(y_true.type(), y_pred.type()).emit(y_true, y_pred);
}

Value TopKCategoricalAccuracy::emit(const Value& y_true, const Value& y_pred) const {
  return apply(ops::InTopK{k}, {ops::as_scores(y_true), y_pred});
}

Value SparseTopKCategoricalAccuracy::emit(const Value& y_true, const Value& y_pred) const {
  if (!from_sorted_ids) return apply(ops::InTopK{k}, {ops::as_labels(y_true), y_pred});
  const Value best = ops::slice(y_pred, -1, 0, std::min(k, y_pred.shape()[-1]));
  const bool column = y_true.shape().rank() == y_pred.shape().rank();
  const Value label =
      column ? ops::as_scores(y_true) : ops::expand_dims(ops::as_scores(y_true), -1);
  const Value found = ops::compare(ops::CompareKind::equal, label, best);
  return ops::reduce_max(ops::cast(found, DType::float32), {-1});
}

}  // namespace linnet::inline v0::metrics
