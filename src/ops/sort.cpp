#include <linnet/ops/sort.hpp>

#include "ops/alike.hpp"

namespace linnet::inline v0::ops {

Types ArgSort::infer(std::span<const TensorType> inputs) const {
  require_alike(kName, inputs, 1);
  require_axis(kName, -1, inputs[0].shape);
  return {{DType::int32, inputs[0].shape}};
}

}  // namespace linnet::inline v0::ops
