// Circle: for embeddings that are near one another within a class.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>

namespace linnet::inline v0::losses {

/// Of each row a log(1 + exp(p + n)), where d = 1 - the product with another row, 0 or more,
///   p = log of the sum over the rows of its class of exp(-gamma max(margin + d, 0) (margin - d))
///   n = log of the sum over the others of exp(gamma max(1 + margin - d, 0) (1 - margin - d));
/// a row whose loss is 0 does not count. y_true integers (batch) or (batch, 1), y_pred (batch,
/// size), rows of length 1. Sun et al. (2020), arXiv:2002.10857.
struct Circle {
  static constexpr const char* kName = "Circle";
  float gamma = 80;
  float margin = 0.4f;
  bool remove_diagonal = true;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "circle";
  static void fields(auto& self, FieldVisitor& field) {
    field("gamma", self.gamma);
    field("margin", self.margin);
    field("remove_diagonal", self.remove_diagonal);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: gamma or margin not finite.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
