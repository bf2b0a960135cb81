// Metrics that are crossentropies.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>

namespace linnet::inline v0::metrics {

/// As the loss of this name.
struct CategoricalCrossentropy {
  static constexpr const char* kName = "CategoricalCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = false;
  bool from_logits = false;
  float label_smoothing = 0;
  Index axis = -1;
  std::string name = "categorical_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
    field("axis", self.axis);
  }
  /// Error: label_smoothing outside [0, 1].
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// As the loss of this name.
struct SparseCategoricalCrossentropy {
  static constexpr const char* kName = "SparseCategoricalCrossentropy";
  static constexpr bool kLargerIsBetter = false;
  bool from_logits = false;
  std::optional<Index> ignore_class = {};
  Index axis = -1;
  std::string name = "sparse_categorical_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("from_logits", self.from_logits);
    field("ignore_class", self.ignore_class);
    field("axis", self.axis);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// As the loss of this name.
struct BinaryCrossentropy {
  static constexpr const char* kName = "BinaryCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"bce", "BCE"};
  bool from_logits = false;
  float label_smoothing = 0;
  std::string name = "binary_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
  }
  /// Error: label_smoothing outside [0, 1].
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// What the string "crossentropy" means: BinaryCrossentropy for one output,
/// SparseCategoricalCrossentropy for integer labels without an axis of classes, else
/// CategoricalCrossentropy.
struct CrossentropyByType {
  static constexpr const char* kName = "crossentropy";
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"ce"};
  std::string name = "crossentropy";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::metrics
