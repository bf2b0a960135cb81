// Accuracies that are content if the label is among the k best.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>

namespace linnet::inline v0::metrics {

/// How often the class of the largest of y_true (..., classes) is among the k largest of y_pred, of
/// the same shape. Equal scores all count.
struct TopKCategoricalAccuracy {
  static constexpr const char* kName = "TopKCategoricalAccuracy";
  static constexpr bool kLargerIsBetter = true;
  Index k = 5;
  std::string name = "top_k_categorical_accuracy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("k", self.k);
  }
  /// Error: k below 1.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The same for y_true integers (...) or (..., 1). With from_sorted_ids y_pred are not scores but
/// the numbers of classes, the best first.
struct SparseTopKCategoricalAccuracy {
  static constexpr const char* kName = "SparseTopKCategoricalAccuracy";
  static constexpr bool kLargerIsBetter = true;
  Index k = 5;
  bool from_sorted_ids = false;
  std::string name = "sparse_top_k_categorical_accuracy";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("k", self.k);
    field("from_sorted_ids", self.from_sorted_ids);
  }
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::metrics
