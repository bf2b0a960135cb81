#include <linnet/ops/spectral_normalize.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

Types SpectralNormalize::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  const Shape& kernel = inputs[0].shape;
  if (kernel.rank() < 1 || !inputs[1].shape.fits({1, kernel[-1]})) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat(kName, ": expected a kernel (..., n) and a vector (1, n), got ",
                             kernel, " and ", inputs[1].shape));
  }
  return {inputs[0]};
}

std::vector<Gradient> SpectralNormalize::grad(const GradCall& call) const {
  return {call.dy(), Gradient()};
}

}  // namespace linnet::inline v0::ops
