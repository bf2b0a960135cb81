// Normalization of each sample by its own statistics along the last axis.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// Inputs: x (..., n), scale and offset (n); float32. For each row, with its mean and (biased)
/// variance: y = (x - mean) * factor * scale + offset, factor = 1 / sqrt(variance + epsilon).
/// Not centered: the mean counts as 0, so that the variance is the mean of the squares.
/// Outputs: y, mean and factor, both of x's shape without its last axis.
struct LayerNormalize {
  static constexpr const char* kName = "layer_normalize";
  double epsilon = 1e-3;
  bool centered = true;
  static void fields(auto& self, FieldVisitor& field) {
    field("epsilon", self.epsilon);
    field("centered", self.centered);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Inputs: x, scale, mean, factor, dy. Outputs: dx, dscale, doffset.
struct LayerNormalizeGrad {
  static constexpr const char* kName = "layer_normalize_grad";
  bool centered = true;
  static void fields(auto& self, FieldVisitor& field) { field("centered", self.centered); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
