// Losses of segmentations: how far two areas are from covering one another.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <vector>

namespace linnet::inline v0::losses {

// With sums over `axes` (as Keras's axis: null for all of the batch, which gives one number for it,
// one axis, or several) of y_true and y_pred, of one shape. Error: sample weights, if
// `axis` has the rows' axis in it.

/// 1 - 2 sum(t p) / (sum(t) + sum(p) + 1e-7).
struct Dice {
  static constexpr const char* kName = "Dice";
  static constexpr ops::LabelRange kLabels = {0, 1};
  std::optional<std::vector<Index>> axis = {};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "dice";
  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
  LINNET_API bool by_row(const Shape& y_pred) const;
};

/// 1 - i / (i + alpha sum((1 - p) t) + beta sum(p (1 - t)) + 1e-7), i = sum(t p). Salehi et al.
/// (2017), arXiv:1706.05721.
struct Tversky {
  static constexpr const char* kName = "Tversky";
  static constexpr ops::LabelRange kLabels = {0, 1};
  float alpha = 0.5f;
  float beta = 0.5f;
  std::optional<std::vector<Index>> axis = {};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "tversky";
  static void fields(auto& self, FieldVisitor& field) {
    field("alpha", self.alpha);
    field("beta", self.beta);
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: alpha or beta not finite.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
  LINNET_API bool by_row(const Shape& y_pred) const;
};

}  // namespace linnet::inline v0::losses
