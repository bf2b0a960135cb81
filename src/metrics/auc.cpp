#include <algorithm>
#include <cmath>
#include <linnet/metrics.hpp>
#include <linnet/ops/activation.hpp>
#include <numeric>

#include "core/require.hpp"
#include "metrics/check_sums.hpp"
#include "metrics/threshold_counts.hpp"

namespace linnet::inline v0::metrics {

namespace {

using linnet::detail::Counts;
using linnet::detail::ratio;
using linnet::detail::require;

struct Point {
  double x, y;
};

/// Precision and recall as gains over chance: Flach and Kull (2015).
Point gain_point(const Counts& counts, std::size_t i) {
  const double hits = counts.true_positives(i);
  if (hits == 0) return {0, 1};
  const double odds = ratio(counts.positives(i), counts.negatives(i));
  return {std::max(1 - odds * counts.false_negatives(i) / hits, 0.0),
          1 - odds * counts.false_positives(i) / hits};
}

Point curve_point(const Counts& counts, std::size_t i, Choice<AucCurves> curve) {
  if (curve == "ROC") return {counts.false_positive_rate(i), counts.recall(i)};
  if (curve == "PR") return {counts.recall(i), counts.precision(i)};
  return gain_point(counts, i);
}

/// Under the curve, between the points of the thresholds.
double area(const Counts& counts, const AUC& auc) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
    const Point a = curve_point(counts, i, auc.curve), b = curve_point(counts, i + 1, auc.curve);
    double height = (a.y + b.y) / 2;
    if (auc.summation_method == "minoring") height = std::min(a.y, b.y);
    if (auc.summation_method == "majoring") height = std::max(a.y, b.y);
    sum += (a.x - b.x) * height;
  }
  return sum;
}

/// Of precision over recall, with true and false positives interpolated: between two thresholds
/// true positives are a straight line over all that is predicted positive.
double area_of_counts(const Counts& counts) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
    const double hits = counts.true_positives(i), later_hits = counts.true_positives(i + 1);
    const double all = hits + counts.false_positives(i);
    const double later = later_hits + counts.false_positives(i + 1);
    const double slope = ratio(hits - later_hits, std::max(all - later, 0.0));
    const double intercept = later_hits - slope * later;
    const double logarithm = all > 0 && later > 0 ? std::log(all / later) : 0;
    sum += ratio(slope * (hits - later_hits + intercept * logarithm), counts.positives(i + 1));
  }
  return sum;
}

/// Between a threshold that is below everything and one above.
std::vector<float> thresholds_of(const AUC& auc) {
  std::vector<float> inner;
  if (auc.thresholds) {
    inner = *auc.thresholds;
    std::ranges::sort(inner);
    inner.insert(inner.begin(), 0.0f);
    inner.push_back(1.0f);
  } else {
    inner = linnet::detail::spread_thresholds(auc.num_thresholds);
  }
  inner.front() = -1e-7f;
  inner.back() = 1 + 1e-7f;
  return inner;
}

constexpr linnet::detail::Range kTwoOrMore{2, linnet::detail::kMostThresholds, true, true};

}  // namespace

void AUC::check() const {
  require(kName, "num_thresholds", num_thresholds, kTwoOrMore);
  require(kName, "num_labels", num_labels, linnet::detail::kPositive);
  for (const float each : thresholds.value_or(std::vector<float>())) {
    require(kName, "thresholds", each, linnet::detail::kZeroToOne);
  }
  for (const float each : label_weights.value_or(std::vector<float>())) {
    require(kName, "label_weights", each, linnet::detail::kNotNegative);
  }
}

Values AUC::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return {linnet::detail::count_by_threshold(
      kName, y_true, from_logits ? ops::sigmoid(y_pred) : y_pred, weight,
      {.thresholds = thresholds_of(*this),
       .by_label = multi_label,
       .label_weights = label_weights.value_or(std::vector<float>())})};
}

double AUC::result(std::span<const double> sums) const {
  const std::size_t labels = sums.size() / 4 / thresholds_of(*this).size();
  const std::size_t weights_given = multi_label && label_weights ? label_weights->size() : labels;
  linnet::detail::check_sums(kName, labels > 0 && labels == weights_given);
  const bool counts_are_lines = curve == "PR" && summation_method == "interpolation";
  double sum = 0, weights = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    const Counts counts(sums, label, labels);
    const bool weighted = multi_label && label_weights;
    const double weight = weighted ? static_cast<double>((*label_weights)[label]) : 1;
    sum += weight * (counts_are_lines ? area_of_counts(counts) : area(counts, *this));
    weights += weight;
  }
  return ratio(sum, weights);
}

}  // namespace linnet::inline v0::metrics
