// BinaryCrossentropy: for outputs that are each true or false.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>

namespace linnet::inline v0::losses {

/// The mean over the last axis of -(t log p + (1 - t) log(1 - p)), t being y_true after smoothing
/// and p = y_pred clipped to [1e-7, 1 - 1e-7], or its sigmoid. y_true and y_pred (..., outputs);
/// for one output y_true may be (...).
struct BinaryCrossentropy {
  static constexpr const char* kName = "BinaryCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr std::string_view kAliases[] = {"bce", "BCE"};
  bool from_logits = false;
  float label_smoothing = 0;
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "binary_crossentropy";
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
