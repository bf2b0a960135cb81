#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>

#include "metrics/check_sums.hpp"

namespace linnet::inline v0 {

namespace detail {

Values sums_of_mean(const Value& values, const Value& weight) {
  const Value mask = values.mask();
  // As Keras has it, a mask of the values leaves out weights only: where there are none, all count.
  if (!weight) {
    const auto count = static_cast<float>(values.shape().elements());
    return {ops::reduce_sum(values), ops::constant(count)};
  }
  Value w = ops::weights_like(weight, values);
  if (mask) w = ops::multiply(w, ops::weights_like(ops::cast(mask, DType::float32), values));
  return {ops::reduce_sum(ops::multiply(values, w)), ops::reduce_sum(w)};
}

double mean_of_sums(std::span<const double> sums) {
  check_sums("mean", sums.size() == 2);
  return sums[1] == 0 ? 0.0 : sums[0] / sums[1];
}

void no_mean(std::string_view metric) {
  fail(ErrorCode::unsupported, cat("metric: ", metric, " is no mean of numbers that samples have"));
}

}  // namespace detail

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
  // Keras writes a function that was given as a metric so: {"class_name": "function", ...}.
  if (config.at("class_name") == Config("function")) return named(config.at("config").as_string());
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
  const bool by_type =
      as<metrics::AccuracyByType>() != nullptr || as<metrics::CrossentropyByType>() != nullptr;
  return given_ != nullptr || by_type ? Config(name()) : Named::to_config();
}

Metric Metric::resolved(const TensorType& y_true, const TensorType& y_pred) const {
  const bool crossentropy = as<metrics::CrossentropyByType>() != nullptr;
  if (!crossentropy && as<metrics::AccuracyByType>() == nullptr) return *this;
  switch (ops::label_kind(y_true.shape, y_pred.shape)) {
    case ops::LabelKind::binary:
      if (crossentropy) return metrics::BinaryCrossentropy{.name = name()};
      return metrics::BinaryAccuracy{.name = name()};
    case ops::LabelKind::sparse:
      if (crossentropy) return metrics::SparseCategoricalCrossentropy{.name = name()};
      return metrics::SparseCategoricalAccuracy{.name = name()};
    default:
      if (crossentropy) return metrics::CategoricalCrossentropy{.name = name()};
      return metrics::CategoricalAccuracy{.name = name()};
  }
}

}  // namespace linnet::inline v0
