// Metrics: what is reported of a model. One header a family, listed here.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/metrics/accuracy.hpp>
#include <linnet/metrics/errors.hpp>
#include <linnet/metrics/top_k.hpp>

namespace linnet::inline v0 {

/// A metric is an aggregate whose emit() gives one number for each sample, y_pred's shape without
/// its last axis, of which the model reports the weighted mean. A mask on the result says which
/// samples count. Optional: the field name; `void check() const`, which throws if its fields make
/// no sense.
template <class M>
concept MetricType = requires(const M& metric, M& fresh, FieldVisitor& field, const Value& value) {
  { M::kName } -> std::convertible_to<std::string_view>;
  M::fields(fresh, field);
  { metric.emit(value, value) } -> std::same_as<Value>;
};

namespace detail {

struct LINNET_API MetricModel : NamedModel {
  static constexpr const char* kWhat = "metric";
  static const MetricModel& made(int index);
  virtual Value emit(const Value& y_true, const Value& y_pred) const = 0;
  virtual std::string name() const = 0;
};

template <MetricType M>
struct MetricHolder final : NamedHolder<MetricModel, M> {
  using NamedHolder<MetricModel, M>::NamedHolder;
  Value emit(const Value& y_true, const Value& y_pred) const override {
    return this->held.emit(y_true, y_pred);
  }
  std::string name() const override {
    if constexpr (requires(const M& metric) { metric.name; }) return this->held.name;
    return M::kName;
  }
};

using Metrics =
    BuiltIn<MetricModel, MetricHolder, metrics::AccuracyByType, metrics::BinaryAccuracy,
            metrics::BinaryCrossentropy, metrics::CategoricalAccuracy,
            metrics::CategoricalCrossentropy, metrics::MeanAbsoluteError, metrics::MeanSquaredError,
            metrics::SparseCategoricalAccuracy, metrics::SparseCategoricalCrossentropy,
            metrics::SparseTopKCategoricalAccuracy, metrics::TopKCategoricalAccuracy>;

}  // namespace detail

/// Any metric: an aggregate, or a name that is checked when the program is compiled. A name is also
/// what the metric is called in the history.
///   .metrics = {"accuracy", metrics::TopKCategoricalAccuracy{.k = 3}}
class LINNET_API Metric : public detail::Named<detail::MetricModel> {
 public:
  consteval Metric(const char* name) : Named(detail::Metrics::find(name)), given_(name) {
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
  /// The number of each sample. Error: labels that do not fit the output.
  Value emit(const Value& y_true, const Value& y_pred) const {
    return model().emit(y_true, y_pred);
  }
  /// The metric that "accuracy" means for these types, under the same name; any other metric is
  /// itself.
  Metric resolved(const TensorType& y_true, const TensorType& y_pred) const;

 private:
  using Named::Named;
  static void no_such_metric() {}  // not constexpr: calling it stops the compiler

  const char* given_ = nullptr;  ///< a literal
};

// Metrics need no namespace of their own, unless a loss has the name.
using metrics::BinaryAccuracy;
using metrics::CategoricalAccuracy;
using metrics::SparseCategoricalAccuracy;
using metrics::SparseTopKCategoricalAccuracy;
using metrics::TopKCategoricalAccuracy;

/// Makes a metric of your own known to from_config(), and so to Model::load.
template <MetricType M>
void register_metric() {
  detail::Metrics::add<M>();
}

/// How often samples of class i (row) were predicted as class j (column): int32
/// (num_classes, num_classes). Labels and predictions are classes, int32 or int64 (n) or (n, 1), or
/// scores, float32 (n, classes), whose largest is the class. Without num_classes there is one more
/// than the largest class. Error: different n, a class out of range.
LINNET_API Tensor confusion_matrix(const Tensor& labels, const Tensor& predictions,
                                   Index num_classes = any);

}  // namespace linnet::inline v0
