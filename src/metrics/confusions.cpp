#include <algorithm>
#include <linnet/metrics.hpp>

#include "core/require.hpp"
#include "metrics/check_sums.hpp"
#include "metrics/threshold_counts.hpp"

namespace linnet::inline v0::metrics {

using linnet::detail::count_by_threshold;
using linnet::detail::Counts;
using linnet::detail::kNotNegative;
using linnet::detail::kPositive;
using linnet::detail::kZeroToOne;
using linnet::detail::require;

Config Thresholds::to_config() const {
  if (values.empty()) return {};
  if (values.size() == 1) return Config(values[0]);
  Config list = Config::list();
  for (const float value : values) list.push_back(Config(value));
  return list;
}

Thresholds Thresholds::from_config(const Config& config) {
  Thresholds thresholds;
  if (config.is_null()) return thresholds;
  const auto add = [&](const Config& value) {
    thresholds.values.push_back(static_cast<float>(value.as_number()));
  };
  if (config.is_number()) {
    add(config);
  } else {
    for (const Config& value : config.items()) add(value);
  }
  return thresholds;
}

namespace {

// The scores of the k largest are above any threshold in [0, 1] and all others below this one.
constexpr float kBelowAll = -1e10f;

Index count_of(const Thresholds& thresholds) {
  return std::max<Index>(static_cast<Index>(thresholds.values.size()), 1);
}

std::vector<float> or_else(const Thresholds& given, float value) {
  return given.values.empty() ? std::vector<float>{value} : given.values;
}

void check_thresholds(std::string_view where, const Thresholds& thresholds) {
  for (const float value : thresholds.values) require(where, "thresholds", value, kZeroToOne);
}

void check_rate(const auto& metric) {
  check_thresholds(metric.kName, metric.thresholds);
  require(metric.kName, "top_k", metric.top_k, kPositive);
  require(metric.kName, "class_id", metric.class_id, kNotNegative);
}

Values rate_sums(const auto& metric, const Value& y_true, const Value& y_pred,
                 const Value& weight) {
  return {
      count_by_threshold(metric.kName, y_true, y_pred, weight,
                         {.thresholds = or_else(metric.thresholds, metric.top_k ? kBelowAll : 0.5f),
                          .top_k = metric.top_k,
                          .class_id = metric.class_id})};
}

Values count_sums(const auto& metric, const Value& y_true, const Value& y_pred,
                  const Value& weight) {
  return {count_by_threshold(metric.kName, y_true, y_pred, weight,
                             {.thresholds = or_else(metric.thresholds, 0.5f)})};
}

/// What `of` says of the counts at each threshold.
std::vector<double> by_threshold(std::span<const double> sums,
                                 double (Counts::*of)(std::size_t) const) {
  linnet::detail::check_sums("confusions", sums.size() % 4 == 0);
  const Counts counts(sums);
  std::vector<double> results;
  for (std::size_t i = 0; i < counts.size(); ++i) results.push_back((counts.*of)(i));
  return results;
}

}  // namespace

void TruePositives::check() const { check_thresholds(kName, thresholds); }
void FalsePositives::check() const { check_thresholds(kName, thresholds); }
void TrueNegatives::check() const { check_thresholds(kName, thresholds); }
void FalseNegatives::check() const { check_thresholds(kName, thresholds); }
void Precision::check() const { check_rate(*this); }
void Recall::check() const { check_rate(*this); }

Index TruePositives::numbers(const Shape&) const { return count_of(thresholds); }
Index FalsePositives::numbers(const Shape&) const { return count_of(thresholds); }
Index TrueNegatives::numbers(const Shape&) const { return count_of(thresholds); }
Index FalseNegatives::numbers(const Shape&) const { return count_of(thresholds); }
Index Precision::numbers(const Shape&) const { return count_of(thresholds); }
Index Recall::numbers(const Shape&) const { return count_of(thresholds); }

Values TruePositives::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return count_sums(*this, y_true, y_pred, weight);
}
Values FalsePositives::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return count_sums(*this, y_true, y_pred, weight);
}
Values TrueNegatives::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return count_sums(*this, y_true, y_pred, weight);
}
Values FalseNegatives::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return count_sums(*this, y_true, y_pred, weight);
}
Values Precision::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return rate_sums(*this, y_true, y_pred, weight);
}
Values Recall::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return rate_sums(*this, y_true, y_pred, weight);
}

std::vector<double> TruePositives::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::true_positives);
}
std::vector<double> FalsePositives::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::false_positives);
}
std::vector<double> TrueNegatives::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::true_negatives);
}
std::vector<double> FalseNegatives::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::false_negatives);
}
std::vector<double> Precision::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::precision);
}
std::vector<double> Recall::result(std::span<const double> sums) const {
  return by_threshold(sums, &Counts::recall);
}

}  // namespace linnet::inline v0::metrics
