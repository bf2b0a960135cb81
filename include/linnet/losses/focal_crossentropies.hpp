// Focal crossentropies: what is right already counts less. Lin et al. (2017), arXiv:1708.02002.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>

namespace linnet::inline v0::losses {

/// The mean over `axis` of (1 - q)^gamma times what BinaryCrossentropy has, q being the probability
/// of the label: t p + (1 - t)(1 - p). With apply_class_balancing also times t alpha + (1 - t)(1 -
/// alpha).
struct BinaryFocalCrossentropy {
  static constexpr const char* kName = "BinaryFocalCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  bool apply_class_balancing = false;
  float alpha = 0.25f;
  float gamma = 2;
  bool from_logits = false;
  float label_smoothing = 0;
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "binary_focal_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("apply_class_balancing", self.apply_class_balancing);
    field("alpha", self.alpha);
    field("gamma", self.gamma);
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: label_smoothing outside [0, 1], gamma below 0, alpha not finite.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The sum over `axis` of -alpha (1 - p)^gamma t log p, with t and p as for
/// CategoricalCrossentropy.
struct CategoricalFocalCrossentropy {
  static constexpr const char* kName = "CategoricalFocalCrossentropy";
  static constexpr ops::LabelRange kLabels = {0, 1};
  float alpha = 0.25f;
  float gamma = 2;
  bool from_logits = false;
  float label_smoothing = 0;
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_focal_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("alpha", self.alpha);
    field("gamma", self.gamma);
    field("from_logits", self.from_logits);
    field("label_smoothing", self.label_smoothing);
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: label_smoothing outside [0, 1], gamma below 0, alpha not finite.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
