// What accuracies count: whether predictions match labels.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

// All take (y_true, y_pred) and give float32 for each row of y_pred's last axis: y_pred float32
// (..., c) gives (...). Labels y_true are classes, int32 or int64, (...) or (..., 1); or scores,
// float32 (..., c), whose largest is the class.

/// 1 where the largest element of y_pred is the label's, else 0; ties go to the lowest index.
struct ArgMaxMatch {
  static constexpr const char* kName = "argmax_match";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// 1 where fewer than k elements of y_pred are larger than the label's, else 0.
struct InTopK {
  static constexpr const char* kName = "in_top_k";
  Index k = 5;
  static void fields(auto& self, FieldVisitor& field) { field("k", self.k); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// The share of the row in which y_true (float32, of y_pred's shape, or (...) for (..., 1)) equals
/// 1 where y_pred > threshold and 0 elsewhere.
struct ThresholdMatch {
  static constexpr const char* kName = "threshold_match";
  float threshold = 0.5f;
  static void fields(auto& self, FieldVisitor& field) { field("threshold", self.threshold); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
