// Normalization by the statistics of a batch.
#pragma once

#include <limits>
#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// Inputs: x (..., channels), scale and offset (channels); float32. With the mean and the
/// (biased) variance of each channel over all other axes:
///   y = (x - mean) / sqrt(variance + epsilon) * scale + offset
/// Outputs: y, mean (channels), variance (channels).
struct BatchNormalize {
  static constexpr const char* kName = "batch_normalize";
  double epsilon = 1e-3;
  static void fields(auto& self, FieldVisitor& field) { field("epsilon", self.epsilon); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Inputs: x, scale, mean, variance, dy. Outputs: dx, dscale, doffset.
struct BatchNormalizeGrad {
  static constexpr const char* kName = "batch_normalize_grad";
  double epsilon = 1e-3;
  static void fields(auto& self, FieldVisitor& field) { field("epsilon", self.epsilon); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y = x * scale + offset along the last axis of x: both have its size; float32.
struct ScaleOffset {
  static constexpr const char* kName = "scale_offset";
  static constexpr int kInPlace = 0;
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// How batch renormalization corrects the batch's statistics by moving ones (Ioffe 2017). Inputs:
/// mean and variance of the batch, moving mean and deviation (channels); float32. Outputs, which
/// count as constants, with s = max(deviation, sqrt(epsilon)):
///   r = sqrt(variance + epsilon) / s, within [rmin, rmax]
///   d = (mean - moving mean) / s, within [-dmax, dmax]
struct RenormCorrection {
  static constexpr const char* kName = "renorm_correction";
  double epsilon = 1e-3;
  double rmin = 0, rmax = std::numeric_limits<double>::infinity();
  double dmax = std::numeric_limits<double>::infinity();
  static void fields(auto& self, FieldVisitor& field) {
    field("epsilon", self.epsilon);
    field("rmin", self.rmin);
    field("rmax", self.rmax);
    field("dmax", self.dmax);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value scale_offset(const Value& x, const Value& scale, const Value& offset);

}  // namespace linnet::inline v0::ops
