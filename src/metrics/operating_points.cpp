#include <algorithm>
#include <linnet/metrics.hpp>

#include "core/require.hpp"
#include "metrics/threshold_counts.hpp"

namespace linnet::inline v0::metrics {

namespace {

using linnet::detail::Counts;
using linnet::detail::require;

void check_point(const auto& metric, const char* field, float rate) {
  require(metric.kName, field, rate, linnet::detail::kZeroToOne);
  require(metric.kName, "num_thresholds", metric.num_thresholds,
          {0, linnet::detail::kMostThresholds, false, true});
  require(metric.kName, "class_id", metric.class_id, linnet::detail::kNotNegative);
}

Values point_sums(const auto& metric, const Value& y_true, const Value& y_pred,
                  const Value& weight) {
  return {linnet::detail::count_by_threshold(
      metric.kName, y_true, y_pred, weight,
      {.thresholds = linnet::detail::spread_thresholds(metric.num_thresholds),
       .class_id = metric.class_id})};
}

using Rate = double (Counts::*)(std::size_t) const;

/// The largest `wanted` where `given` is at least `least`, or 0.
double largest_where(std::span<const double> sums, Rate wanted, Rate given, float least) {
  const Counts counts(sums);
  double largest = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // Rates are compared as floats: 0.9 is then as large as nine of ten.
    if (static_cast<float>((counts.*given)(i)) < least) continue;
    largest = std::max(largest, (counts.*wanted)(i));
  }
  return largest;
}

}  // namespace

void SensitivityAtSpecificity::check() const { check_point(*this, "specificity", specificity); }
void SpecificityAtSensitivity::check() const { check_point(*this, "sensitivity", sensitivity); }
void PrecisionAtRecall::check() const { check_point(*this, "recall", recall); }
void RecallAtPrecision::check() const { check_point(*this, "precision", precision); }

Values SensitivityAtSpecificity::sums(const Value& y_true, const Value& y_pred,
                                      const Value& weight) const {
  return point_sums(*this, y_true, y_pred, weight);
}
Values SpecificityAtSensitivity::sums(const Value& y_true, const Value& y_pred,
                                      const Value& weight) const {
  return point_sums(*this, y_true, y_pred, weight);
}
Values PrecisionAtRecall::sums(const Value& y_true, const Value& y_pred,
                               const Value& weight) const {
  return point_sums(*this, y_true, y_pred, weight);
}
Values RecallAtPrecision::sums(const Value& y_true, const Value& y_pred,
                               const Value& weight) const {
  return point_sums(*this, y_true, y_pred, weight);
}

double SensitivityAtSpecificity::result(std::span<const double> sums) const {
  return largest_where(sums, &Counts::recall, &Counts::specificity, specificity);
}
double SpecificityAtSensitivity::result(std::span<const double> sums) const {
  return largest_where(sums, &Counts::specificity, &Counts::recall, sensitivity);
}
double PrecisionAtRecall::result(std::span<const double> sums) const {
  return largest_where(sums, &Counts::precision, &Counts::recall, recall);
}
double RecallAtPrecision::result(std::span<const double> sums) const {
  return largest_where(sums, &Counts::recall, &Counts::precision, precision);
}

}  // namespace linnet::inline v0::metrics
