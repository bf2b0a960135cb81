// CategoricalCrossentropy: for one-hot labels or given distributions over classes.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>

namespace linnet::inline v0::losses {

/// -sum over classes of t log p, t being y_true after smoothing and p = y_pred over its sum,
/// clipped to [1e-7, 1 - 1e-7], or the softmax of y_pred. y_true and y_pred (..., classes). Error:
/// integer labels (see SparseCategoricalCrossentropy), another number of columns.
struct CategoricalCrossentropy {
  static constexpr const char* kName = "CategoricalCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  bool from_logits = false;
  float label_smoothing = 0;
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: label_smoothing outside [0, 1].
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
