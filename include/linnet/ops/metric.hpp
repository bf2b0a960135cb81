// What metrics count: whether predictions match labels, and how they do not.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>

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

/// x where it is among the k largest of its row (of equal ones the first), elsewhere -1e10;
/// float32.
struct KeepTopK {
  static constexpr const char* kName = "keep_top_k";
  Index k = 1;
  static void fields(auto& self, FieldVisitor& field) { field("k", self.k); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// For each threshold the weights of four kinds of elements: true positives (y_pred > threshold,
/// y_true not 0), false positives, true negatives, false negatives. Inputs: y_true, y_pred and
/// weight, float32 (n, labels). y float32 (4, thresholds, labels), those kinds in this order.
struct ThresholdCounts {
  static constexpr const char* kName = "threshold_counts";
  std::vector<float> thresholds = {};
  static void fields(auto& self, FieldVisitor& field) { field("thresholds", self.thresholds); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  /// True if there are 3 thresholds or more, 0, 1 / (n - 1), ..., 1 up to what rounding makes of
  /// them. Then, as in Keras, y_pred is taken within [0, 1] and compared as y_pred (n - 1) > i.
  LINNET_API bool even() const;
};

/// By column, the sums of w t, w t^2, w (t - p)^2 and w, added up in double precision: of large t a
/// float would lose what they vary. Inputs: t, p and w, float32 (n, columns). y float64 (4,
/// columns).
struct SquareSums {
  static constexpr const char* kName = "square_sums";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y[i, j]: the sum of the weights of elements whose y_true is i and whose y_pred is j; others, and
/// those whose y_true is ignore_class, do not count. Inputs: y_true and y_pred int32, weight
/// float32, all (n). y float32 (classes, classes).
struct ClassCounts {
  static constexpr const char* kName = "class_counts";
  Index classes = 1;
  std::optional<Index> ignore_class = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("classes", self.classes);
    field("ignore_class", self.ignore_class);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
