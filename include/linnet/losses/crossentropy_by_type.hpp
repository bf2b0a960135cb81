// CrossentropyByType: the crossentropy that fits labels and output.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>

namespace linnet::inline v0::losses {

/// What the string "crossentropy" means, as in Keras: BinaryCrossentropy for one output,
/// SparseCategoricalCrossentropy for integer labels without an axis of classes, else
/// CategoricalCrossentropy; of probabilities.
struct CrossentropyByType {
  static constexpr const char* kName = "crossentropy";
  static constexpr std::string_view kAliases[] = {"ce"};

  Reduction reduction = "sum_over_batch_size";
  std::string name = "crossentropy";

  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }

  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
