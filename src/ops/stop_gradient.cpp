#include "ops/stop_gradient.hpp"

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

Types StopGradient::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  return {inputs[0]};
}

}  // namespace linnet::inline v0::ops
