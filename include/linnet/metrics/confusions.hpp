// Metrics that count true and false positives and negatives.
#pragma once

#include <initializer_list>
#include <linnet/core/config.hpp>
#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <span>
#include <vector>

namespace linnet::inline v0::metrics {

/// One threshold or several, in [0, 1]; none: what the metric takes by itself. Written as null, a
/// number or a list.
struct Thresholds {
  std::vector<float> values = {};

  Thresholds() = default;
  Thresholds(float value) : values{value} {}
  Thresholds(std::initializer_list<float> list) : values(list) {}
  LINNET_API Config to_config() const;
  LINNET_API static Thresholds from_config(const Config& config);
};

// In all: y_true, 0 or 1, and y_pred (..., classes), of one shape; for one class y_true may be
// (...). Every element counts: it is positive where y_pred > threshold. Of several thresholds there
// are as many results. With top_k only the k largest of a row can be positive, by themselves at any
// threshold; with class_id only that class counts. Nothing divided by nothing is 0. Error:
// thresholds outside [0, 1], top_k below 1, class_id below 0.

struct TruePositives {
  static constexpr const char* kName = "TruePositives";
  static constexpr ops::LabelRange kLabels = {0, 1};
  Thresholds thresholds = {};
  std::string name = "true_positives";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

struct FalsePositives {
  static constexpr const char* kName = "FalsePositives";
  static constexpr ops::LabelRange kLabels = {0, 1};
  Thresholds thresholds = {};
  std::string name = "false_positives";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

struct TrueNegatives {
  static constexpr const char* kName = "TrueNegatives";
  static constexpr ops::LabelRange kLabels = {0, 1};
  Thresholds thresholds = {};
  std::string name = "true_negatives";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

struct FalseNegatives {
  static constexpr const char* kName = "FalseNegatives";
  static constexpr ops::LabelRange kLabels = {0, 1};
  Thresholds thresholds = {};
  std::string name = "false_negatives";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

/// True positives / all that is predicted positive. The threshold is 0.5.
struct Precision {
  static constexpr const char* kName = "Precision";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  Thresholds thresholds = {};
  std::optional<Index> top_k = {};
  std::optional<Index> class_id = {};
  std::string name = "precision";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
    field("top_k", self.top_k);
    field("class_id", self.class_id);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

/// True positives / all that is positive. The threshold is 0.5.
struct Recall {
  static constexpr const char* kName = "Recall";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  Thresholds thresholds = {};
  std::optional<Index> top_k = {};
  std::optional<Index> class_id = {};
  std::string name = "recall";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("thresholds", self.thresholds);
    field("top_k", self.top_k);
    field("class_id", self.class_id);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
