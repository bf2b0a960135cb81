#include <linnet/metrics.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>

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

namespace {

enum class Kind : std::uint8_t { binary, sparse, categorical };

/// Which accuracy Keras takes for these shapes.
Kind kind_of(const Shape& y_true, const Shape& y_pred) {
  if (y_pred[-1] == 1) return Kind::binary;
  const bool sparse = y_true.rank() < y_pred.rank() || y_true[-1] == 1;
  return sparse ? Kind::sparse : Kind::categorical;
}

}  // namespace

Metric Metric::resolved(const TensorType& y_true, const TensorType& y_pred) const {
  if (as<metrics::AccuracyByType>() == nullptr) return *this;
  switch (kind_of(y_true.shape, y_pred.shape)) {
    case Kind::binary:
      return metrics::BinaryAccuracy{.name = name()};
    case Kind::sparse:
      return metrics::SparseCategoricalAccuracy{.name = name()};
    default:
      return metrics::CategoricalAccuracy{.name = name()};
  }
}

namespace metrics {

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
  return ops::categorical_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

Value SparseCategoricalCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignore_class);
}

Value BinaryCrossentropy::emit(const Value& y_true, const Value& y_pred) const {
  return ops::binary_crossentropy(y_true, y_pred, from_logits, label_smoothing);
}

}  // namespace metrics
}  // namespace linnet::inline v0
