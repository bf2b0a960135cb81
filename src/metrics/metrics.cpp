#include <linnet/metrics.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0 {

const detail::MetricModel& detail::MetricModel::made(int index) { return Metrics::made(index); }

Metric Metric::named(std::string_view name) {
  Config fields = Config::object();
  fields["name"] = Config(name);
  Config config = Config::object();
  config["class_name"] = Config(name);
  config["config"] = std::move(fields);
  return Metric(detail::Metrics::read(config));
}

Metric Metric::from_config(const Config& config) {
  if (config.is_null()) detail::fail(ErrorCode::invalid_argument, "metric: none was given");
  if (config.is_string()) return named(config.as_string());
  // Keras writes a dtype too; ours are float32.
  Config fields = Config::object();
  if (const Config* given = config.find("config")) {
    for (const auto& [key, value] : given->members()) {
      if (key != "dtype") fields[key] = value;
    }
  }
  Config known = Config::object();
  known["class_name"] = config.at("class_name");
  known["config"] = std::move(fields);
  return Metric(detail::Metrics::read(known));
}

Config Metric::to_config() const {
  const bool by_type = as<metrics::AccuracyByType>() != nullptr;
  return given_ != nullptr || by_type ? Config(name()) : Named::to_config();
}

Metric Metric::resolved(const TensorType& y_true, const TensorType& y_pred) const {
  if (as<metrics::AccuracyByType>() == nullptr) return *this;
  switch (ops::label_kind(y_true.shape, y_pred.shape)) {
    case ops::LabelKind::binary:
      return metrics::BinaryAccuracy{.name = name()};
    case ops::LabelKind::sparse:
      return metrics::SparseCategoricalAccuracy{.name = name()};
    default:
      return metrics::CategoricalAccuracy{.name = name()};
  }
}

namespace metrics {

using linnet::detail::kPositive;
using linnet::detail::kZeroToOne;
using linnet::detail::require;
using ops::require_last_axis;

void BinaryAccuracy::check() const {
  require(kName, "threshold", threshold, linnet::detail::kFinite);
}
void TopKCategoricalAccuracy::check() const { require(kName, "k", k, kPositive); }
void SparseTopKCategoricalAccuracy::check() const { require(kName, "k", k, kPositive); }
void CategoricalCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
}
void BinaryCrossentropy::check() const {
  require(kName, "label_smoothing", label_smoothing, kZeroToOne);
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
  return apply(ops::InTopK{k}, {ops::as_labels(y_true), y_pred});
}

Value MeanSquaredError::emit(const Value& y_true, const Value& y_pred) const {
  return ops::mean_squared_error(y_true, y_pred);
}

Value MeanAbsoluteError::emit(const Value& y_true, const Value& y_pred) const {
  return ops::mean_absolute_error(y_true, y_pred);
}

Value CategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred.shape());
  return ops::categorical_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  require_last_axis(kName, axis, y_pred.shape());
  return ops::sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignore_class);
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

}  // namespace metrics
}  // namespace linnet::inline v0
