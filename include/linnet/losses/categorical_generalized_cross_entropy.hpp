// CategoricalGeneralizedCrossEntropy: for labels some of which are wrong.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>

namespace linnet::inline v0::losses {

/// (1 - p^q) / q, p = y_pred of the label: near crossentropy for q near 0, the absolute error for q
/// near 1. y_true integers (...) or (..., 1), y_pred probabilities (..., classes). Zhang and
/// Sabuncu (2018), arXiv:1805.07836.
struct CategoricalGeneralizedCrossEntropy {
  static constexpr const char* kName = "CategoricalGeneralizedCrossEntropy";
  float q = 0.5f;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_generalized_cross_entropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("q", self.q);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: q outside (0, 1).
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
  LINNET_API Value label_check(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
