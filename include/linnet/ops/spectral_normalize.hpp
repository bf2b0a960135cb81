// SpectralNormalize: a kernel divided by its largest singular value, before it is used.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// Inputs: a kernel W and a state u (1, n), which both take new values; W is seen as (m, n), n its
/// last size. `iterations` times v = u W' and u = v W, each divided by its length (Miyato et al.,
/// 2018); then W /= v W u'. Both stay as they are where W is 0. y = W, a copy. The gradient by W is
/// that by y: the optimizer goes on from the new values.
struct SpectralNormalize {
  static constexpr const char* kName = "spectral_normalize";
  static constexpr bool kUpdates = true;
  Index iterations = 1;
  static void fields(auto& self, FieldVisitor& field) { field("iterations", self.iterations); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

}  // namespace linnet::inline v0::ops
