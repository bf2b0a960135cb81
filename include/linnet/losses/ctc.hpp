// CTC: for sequences of labels that are shorter than what tells them.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>

namespace linnet::inline v0::losses {

/// -log of the probability of all paths that give the labels, as ops::Ctc has it. y_true integers
/// (batch, labels), 0 only behind the end of a row; y_pred logits (batch, time, classes), class 0
/// being the blank. A mask of y_pred says how many of its steps count.
struct CTC {
  static constexpr const char* kName = "CTC";
  Reduction reduction = "sum_over_batch_size";
  std::string name = "ctc";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
  LINNET_API Value label_check(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
