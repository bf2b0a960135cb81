// SparseCategoricalCrossentropy: for labels that are the numbers of classes.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <optional>

namespace linnet::inline v0::losses {

/// -log p[label], p as for CategoricalCrossentropy. y_true integers (...) or (..., 1), y_pred
/// (..., classes). Samples of ignore_class are masked: they have no loss and do not count.
/// Error: one-hot labels (see CategoricalCrossentropy).
struct SparseCategoricalCrossentropy {
  static constexpr const char* kName = "SparseCategoricalCrossentropy";
  bool from_logits = false;
  std::optional<Index> ignore_class = {};
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "sparse_categorical_crossentropy";
  static void fields(auto& self, FieldVisitor& field) {
    field("from_logits", self.from_logits);
    field("ignore_class", self.ignore_class);
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
  LINNET_API Value label_check(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
