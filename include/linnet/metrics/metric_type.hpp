// MetricType: what makes an aggregate a metric.
#pragma once

#include <concepts>
#include <linnet/core/fields.hpp>
#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace linnet::inline v0 {

/// Most metrics are a mean: emit() gives one number for each sample, y_pred's shape without its
/// last axis, of which the model reports the weighted mean. A mask on the result says which samples
/// count.
template <class M>
concept MeanMetric = requires(const M& metric, const Value& value) {
  { metric.emit(value, value) } -> std::same_as<Value>;
};

/// Others are made of sums over all rows: sums() gives values of any shape, float32 or float64,
/// which are added up over batches, and result() makes the metric of all their elements, in order:
/// a double, or a vector of as many numbers as `Index numbers(const Shape& y_pred) const` says.
/// `weight`, (batch) or (batch, time), may be empty: see ops::weights_like().
template <class M>
concept SumsMetric = requires(const M& metric, const Value& value, std::span<const double> sums) {
  { metric.sums(value, value, value) } -> std::same_as<Values>;
  metric.result(sums);
};

/// A metric is an aggregate of one of these kinds. Optional: the field name; `void check() const`,
/// which throws if its fields make no sense; `static constexpr ops::LabelRange kLabels`, what
/// numbers labels may be, which is looked at before anything is changed; `static constexpr bool
/// kLargerIsBetter`, without which callbacks that watch the metric have to be told.
template <class M>
concept MetricType = (MeanMetric<M> || SumsMetric<M>)&&requires(M& fresh, FieldVisitor& field) {
  { M::kName } -> std::convertible_to<std::string_view>;
  M::fields(fresh, field);
};

}  // namespace linnet::inline v0
