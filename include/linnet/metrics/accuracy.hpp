// Accuracies: how often the prediction is the label.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>

namespace linnet::inline v0::metrics {

/// How often y_pred is y_true, element by element. y_true and y_pred (..., outputs); for one output
/// y_true may be (...).
struct Accuracy {
  static constexpr const char* kName = "Accuracy";
  static constexpr bool kLargerIsBetter = true;
  std::string name = "accuracy";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// How often the largest of y_pred (..., classes) is the largest of y_true, of the same shape.
struct CategoricalAccuracy {
  static constexpr const char* kName = "CategoricalAccuracy";
  static constexpr bool kLargerIsBetter = true;
  std::string name = "categorical_accuracy";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// How often the largest of y_pred (..., classes) is y_true, integers (...) or (..., 1).
struct SparseCategoricalAccuracy {
  static constexpr const char* kName = "SparseCategoricalAccuracy";
  static constexpr bool kLargerIsBetter = true;
  std::string name = "sparse_categorical_accuracy";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// How often y_pred > threshold where y_true is 1, and not where it is 0. y_true and y_pred
/// (..., outputs); for one output y_true may be (...).
struct BinaryAccuracy {
  static constexpr const char* kName = "BinaryAccuracy";
  static constexpr bool kLargerIsBetter = true;
  float threshold = 0.5f;
  std::string name = "binary_accuracy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("threshold", self.threshold);
  }
  /// Error: a threshold that is not finite.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// What the string "accuracy" means: BinaryAccuracy for one output, SparseCategoricalAccuracy for
/// integer labels without an axis of classes, else CategoricalAccuracy.
struct AccuracyByType {
  static constexpr const char* kName = "accuracy";
  static constexpr bool kLargerIsBetter = true;
  static constexpr std::string_view kAliases[] = {"acc"};
  std::string name = "accuracy";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::metrics
