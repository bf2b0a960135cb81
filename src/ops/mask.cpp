#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/mask.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

Types SequenceMask::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, width == any ? 2 : 1);
  require_dtype(kName, inputs[0], DType::int32);
  if (inputs[0].shape.rank() != 1 || (width == any && inputs[1].shape.rank() < 2)) {
    fail(ErrorCode::shape_mismatch, cat("sequence_mask: expected lengths (b,), and without a width "
                                        "a tensor (b, t, ...); got ",
                                        inputs[0].shape));
  }
  return {{DType::boolean, {inputs[0].shape[0], width == any ? inputs[1].shape[1] : width}}};
}

Types MaskedMean::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 2);
  require_dtype(kName, inputs[0], DType::float32);
  require_dtype(kName, inputs[1], DType::boolean);
  const Shape& x = inputs[0].shape;
  const Shape& mask = inputs[1].shape;
  if (x.rank() < 2 || !mask.fits(x.slice(0, 2))) {
    fail(ErrorCode::shape_mismatch, cat("masked_mean: a mask ", mask, " for x ", x));
  }
  return {{DType::float32, x.without(1)}};
}

std::vector<Gradient> MaskedMean::grad(const GradCall& call) const {
  return {apply(MaskedMeanGrad{}, {call.dy(), call.x(1)}), Gradient()};
}

Types MaskedMeanGrad::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 2);
  return {{DType::float32, inputs[0].shape.inserted(1, inputs[1].shape[1])}};
}

Value sequence_mask(const Value& lengths, Index width) {
  return apply(SequenceMask{width}, {lengths});
}
Value sequence_mask(const Value& lengths, const Value& like) {
  return apply(SequenceMask{}, {lengths, like});
}
Value masked_mean(const Value& x, const Value& mask) { return apply(MaskedMean{}, {x, mask}); }
Value not_zero(const Value& x) {
  return compare(CompareKind::not_equal, x, constant(Tensor(x.dtype(), {})));
}

}  // namespace linnet::inline v0::ops
