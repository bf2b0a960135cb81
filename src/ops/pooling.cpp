#include <linnet/ops/pooling.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

Types Pool::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  const Shape& x = inputs[0].shape;
  const auto axes = static_cast<std::size_t>(std::max(0, x.rank() - 2));
  for (const auto* list : {&sizes, &window.strides, &window.before, &window.after}) {
    if (axes > 0 && list->size() == axes) continue;
    fail(ErrorCode::shape_mismatch, cat("pool: a window of ", std::uint64_t{list->size()},
                                        " axes does not fit an input of shape ", x));
  }
  Shape y = x;
  for (std::size_t i = 0; i < axes; ++i) {
    if (sizes[i] < 1 || window.strides[i] < 1) {
      fail(ErrorCode::invalid_argument, cat("pool: sizes and strides must be positive, got ",
                                            sizes[i], " and ", window.strides[i]));
    }
    const int axis = static_cast<int>(i) + 1;
    y = y.with(axis, window.outputs(i, x[axis], sizes[i]));
  }
  return {{DType::float32, y}};
}

Types PoolGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  return {inputs[0]};
}

std::vector<Gradient> Pool::grad(const GradCall& call) const {
  return {apply(PoolGrad{kind, sizes, window}, {call.x(), call.dy()})};
}

}  // namespace linnet::inline v0::ops
