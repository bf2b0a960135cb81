// Metrics of the best threshold: how good one rate gets where another is good enough.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <span>

namespace linnet::inline v0::metrics {

// Counts are taken at num_thresholds thresholds that are evenly spaced over [0, 1]; of those where
// the rate that the field names is at least so high, the largest other rate is the result; 0
// without any. Sensitivity is recall; specificity is true negatives / all that is negative. The
// rest is as for Precision.

/// The largest sensitivity.
struct SensitivityAtSpecificity {
  static constexpr const char* kName = "SensitivityAtSpecificity";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  float specificity = 0.5f;
  Index num_thresholds = 200;
  std::optional<Index> class_id = {};
  std::string name = "sensitivity_at_specificity";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("specificity", self.specificity);
    field("num_thresholds", self.num_thresholds);
    field("class_id", self.class_id);
  }
  /// Error: specificity outside [0, 1], num_thresholds not from 1 to 100000.
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// The largest specificity.
struct SpecificityAtSensitivity {
  static constexpr const char* kName = "SpecificityAtSensitivity";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  float sensitivity = 0.5f;
  Index num_thresholds = 200;
  std::optional<Index> class_id = {};
  std::string name = "specificity_at_sensitivity";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("sensitivity", self.sensitivity);
    field("num_thresholds", self.num_thresholds);
    field("class_id", self.class_id);
  }
  /// Error: sensitivity outside [0, 1], num_thresholds not from 1 to 100000.
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// The largest precision.
struct PrecisionAtRecall {
  static constexpr const char* kName = "PrecisionAtRecall";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  float recall = 0.5f;
  Index num_thresholds = 200;
  std::optional<Index> class_id = {};
  std::string name = "precision_at_recall";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("recall", self.recall);
    field("num_thresholds", self.num_thresholds);
    field("class_id", self.class_id);
  }
  /// Error: recall outside [0, 1], num_thresholds not from 1 to 100000.
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// The largest recall.
struct RecallAtPrecision {
  static constexpr const char* kName = "RecallAtPrecision";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  float precision = 0.5f;
  Index num_thresholds = 200;
  std::optional<Index> class_id = {};
  std::string name = "recall_at_precision";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("precision", self.precision);
    field("num_thresholds", self.num_thresholds);
    field("class_id", self.class_id);
  }
  /// Error: precision outside [0, 1], num_thresholds not from 1 to 100000.
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
