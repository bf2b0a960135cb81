// Metrics: what is reported of a model. One header a family, listed here.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/metrics/accuracy.hpp>
#include <linnet/metrics/auc.hpp>
#include <linnet/metrics/classification_report.hpp>
#include <linnet/metrics/confusions.hpp>
#include <linnet/metrics/crossentropies.hpp>
#include <linnet/metrics/errors.hpp>
#include <linnet/metrics/f_scores.hpp>
#include <linnet/metrics/intersection_over_union.hpp>
#include <linnet/metrics/metric_type.hpp>
#include <linnet/metrics/operating_points.hpp>
#include <linnet/metrics/r2_score.hpp>
#include <linnet/metrics/sample_losses.hpp>
#include <linnet/metrics/top_k.hpp>

namespace linnet::inline v0 {

namespace detail {

struct LINNET_API MetricModel : NamedModel {
  static constexpr const char* kWhat = "metric";
  static const MetricModel& made(int index);
  /// The number of each sample. Error: this metric is no mean.
  virtual Value emit(const Value& y_true, const Value& y_pred) const = 0;
  virtual Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const = 0;
  virtual std::vector<double> results(std::span<const double> sums) const = 0;
  virtual Index numbers(const Shape& y_pred) const = 0;
  virtual std::optional<ops::LabelRange> labels() const = 0;
  virtual std::optional<bool> larger_is_better() const = 0;
  virtual std::string name() const = 0;
};

/// The weighted sum of values, and the sum of their weights.
LINNET_API Values sums_of_mean(const Value& values, const Value& weight);
/// The first of these over the second.
LINNET_API double mean_of_sums(std::span<const double> sums);
[[noreturn]] LINNET_API void no_mean(std::string_view metric);

template <MetricType M>
struct MetricHolder final : NamedHolder<MetricModel, M> {
  using NamedHolder<MetricModel, M>::NamedHolder;
  Value emit(const Value& y_true, const Value& y_pred) const override {
    if constexpr (MeanMetric<M>) return this->held.emit(y_true, y_pred);
    no_mean(M::kName);
  }
  Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const override {
    if constexpr (SumsMetric<M>) return this->held.sums(y_true, y_pred, weight);
    return sums_of_mean(emit(y_true, y_pred), weight);
  }
  std::vector<double> results(std::span<const double> sums) const override {
    if constexpr (SumsMetric<M>) {
      return std::vector<double>{this->held.result(sums)};
    } else {
      return {mean_of_sums(sums)};
    }
  }
  Index numbers(const Shape& y_pred) const override {
    if constexpr (requires(const M& metric) { metric.numbers(y_pred); }) {
      return this->held.numbers(y_pred);
    }
    return 1;
  }
  std::optional<ops::LabelRange> labels() const override {
    if constexpr (requires { M::kLabels; }) return M::kLabels;
    return {};
  }
  std::optional<bool> larger_is_better() const override {
    if constexpr (requires { M::kLargerIsBetter; }) return M::kLargerIsBetter;
    return {};
  }
  std::string name() const override {
    if constexpr (requires(const M& metric) { metric.name; }) return this->held.name;
    return M::kName;
  }
};

// "accuracy" is AccuracyByType, so that is looked at first.
using Metrics =
    BuiltIn<MetricModel, MetricHolder, metrics::AUC, metrics::AccuracyByType, metrics::Accuracy,
            metrics::BinaryAccuracy, metrics::BinaryCrossentropy, metrics::BinaryIoU,
            metrics::CategoricalAccuracy, metrics::CategoricalCrossentropy,
            metrics::CategoricalHinge, metrics::ConcordanceCorrelation, metrics::CosineSimilarity,
            metrics::CrossentropyByType, metrics::F1Score, metrics::FBetaScore,
            metrics::FalseNegatives, metrics::FalsePositives, metrics::Hinge, metrics::IoU,
            metrics::KLDivergence, metrics::LogCoshError, metrics::MeanAbsoluteError,
            metrics::MeanAbsolutePercentageError, metrics::MeanIoU, metrics::MeanSquaredError,
            metrics::MeanSquaredLogarithmicError, metrics::OneHotIoU, metrics::OneHotMeanIoU,
            metrics::PearsonCorrelation, metrics::Poisson, metrics::Precision,
            metrics::PrecisionAtRecall, metrics::R2Score, metrics::Recall,
            metrics::RecallAtPrecision, metrics::RootMeanSquaredError,
            metrics::SensitivityAtSpecificity, metrics::SparseCategoricalAccuracy,
            metrics::SparseCategoricalCrossentropy, metrics::SparseTopKCategoricalAccuracy,
            metrics::SpecificityAtSensitivity, metrics::SquaredHinge,
            metrics::TopKCategoricalAccuracy, metrics::TrueNegatives, metrics::TruePositives>;

}  // namespace detail

/// Any metric: an aggregate, or a name that is checked when the program is compiled. A name is also
/// what the metric is called in the history.
///   .metrics = {"accuracy", metrics::TopKCategoricalAccuracy{.k = 3}}
class LINNET_API Metric : public detail::Named<detail::MetricModel> {
 public:
  LINNET_CONSTEVAL Metric(const char* name) : Named(detail::Metrics::find(name)), given_(name) {
    if (detail::Metrics::find(name) < 0) no_such_metric();
  }
  template <MetricType M>
  Metric(M metric) : Named(std::make_shared<detail::MetricHolder<M>>(std::move(metric))) {
    static_assert(
        !requires { metric.reduction; },
        "this is a loss; the metric of the same name is in linnet::metrics");
  }

  /// The metric of a name known at run time. Error: not_found, with the list.
  static Metric named(std::string_view name);
  /// From a name or {"class_name", "config"}. Error: unknown class or key.
  static Metric from_config(const Config& config);
  /// A name if the metric was made from one, else {"class_name", "config"}.
  Config to_config() const;

  /// What it is called in the history: "accuracy".
  std::string name() const { return given_ != nullptr ? given_ : model().name(); }
  /// The number of each sample. Error: labels that do not fit the output; a metric that is no mean.
  Value emit(const Value& y_true, const Value& y_pred) const {
    return model().emit(y_true, y_pred);
  }
  /// What is added up over batches; `weight` of rows or steps, or empty.
  Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
    return model().sums(y_true, y_pred, weight);
  }
  /// The metric, from the elements of all sums in order; of some metrics several numbers.
  std::vector<double> results(std::span<const double> sums) const { return model().results(sums); }
  /// How many numbers it is for such an output.
  Index numbers(const Shape& y_pred) const { return model().numbers(y_pred); }
  /// What numbers labels may be; empty: any.
  std::optional<ops::LabelRange> labels() const { return model().labels(); }
  /// What callbacks that watch it go by; empty: the metric does not say.
  std::optional<bool> larger_is_better() const { return model().larger_is_better(); }
  /// The metric that "accuracy" or "crossentropy" means for these types, under the same name; any
  /// other metric is itself.
  Metric resolved(const TensorType& y_true, const TensorType& y_pred) const;

 private:
  using Named::Named;
  static void no_such_metric() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "metric: there is none of this name");
  }

  const char* given_ = nullptr;  ///< a literal
};

// Metrics need no namespace of their own, unless a loss has the name.
using metrics::Accuracy;
using metrics::AUC;
using metrics::BinaryAccuracy;
using metrics::BinaryIoU;
using metrics::CategoricalAccuracy;
using metrics::ConcordanceCorrelation;
using metrics::F1Score;
using metrics::FalseNegatives;
using metrics::FalsePositives;
using metrics::FBetaScore;
using metrics::IoU;
using metrics::LogCoshError;
using metrics::MeanIoU;
using metrics::OneHotIoU;
using metrics::OneHotMeanIoU;
using metrics::PearsonCorrelation;
using metrics::Precision;
using metrics::PrecisionAtRecall;
using metrics::R2Score;
using metrics::Recall;
using metrics::RecallAtPrecision;
using metrics::RootMeanSquaredError;
using metrics::SensitivityAtSpecificity;
using metrics::SparseCategoricalAccuracy;
using metrics::SparseTopKCategoricalAccuracy;
using metrics::SpecificityAtSensitivity;
using metrics::TopKCategoricalAccuracy;
using metrics::TrueNegatives;
using metrics::TruePositives;

/// Makes a metric of your own known to from_config(), and so to Model::load.
template <MetricType M>
void register_metric() {
  detail::Metrics::add<M>();
}

}  // namespace linnet::inline v0
