// Ctc: connectionist temporal classification, a loss of sequences whose alignment is not known.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// loss = -log of the sum, over all paths that give the row's labels, of their probability. A path
/// names a class at each step; it gives the labels that are left when classes that follow
/// themselves are taken once and then those that are 0, the blank, are left out. Inputs: labels
/// int32 (b, n), of each row as many as are not 0; logits float32 (b, t, classes); and, if given,
/// lengths int32 (b): of row r only the steps below lengths[r] count. y float32 (b); 1e5, with no
/// gradient, for a row without any such path. Graves et al. (2006).
struct Ctc {
  static constexpr const char* kName = "ctc";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Throws if a label of a row lies outside [0, classes), or behind a 0, which only fills up the end
/// of a row; names row and column. Input: int32 (b, n); passes nothing on.
struct CheckCtcLabels {
  static constexpr const char* kName = "check_ctc_labels";
  static constexpr bool kUpdates = true;
  Index classes = 0;
  static void fields(auto& self, FieldVisitor& field) { field("classes", self.classes); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// (labels, logits, dy, and lengths if given) -> the gradient by the logits: with the share of
/// paths that name class c at step t, dy (softmax(logits)[t, c] - share[t, c]).
struct CtcGrad {
  static constexpr const char* kName = "ctc_grad";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
