// Masks: which time steps hold data, and means over those.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y[b, t] = t < lengths[b], boolean. Inputs: lengths int32 (b), and, if `width` is `any`, a tensor
/// (b, t, ...) whose axis 1 gives the width.
struct SequenceMask {
  static constexpr const char* kName = "sequence_mask";
  Index width = any;
  static void fields(auto& self, FieldVisitor& field) { field("width", self.width); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y = sum over t of x[b, t, ...] mask[b, t], divided by the number of true mask[b, t]; 0 for a row
/// without any (Keras gives NaN there). x float32 (b, t, ...), mask boolean (b, t).
struct MaskedMean {
  static constexpr const char* kName = "masked_mean";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// (dy, mask) -> dx[b, t, ...] = dy[b, ...] mask[b, t] / number of true mask[b, t].
struct MaskedMeanGrad {
  static constexpr const char* kName = "masked_mean_grad";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value sequence_mask(const Value& lengths, Index width);
LINNET_API Value sequence_mask(const Value& lengths, const Value& like);
LINNET_API Value masked_mean(const Value& x, const Value& mask);
/// x != 0, boolean, of any numeric x.
LINNET_API Value not_zero(const Value& x);

}  // namespace linnet::inline v0::ops
