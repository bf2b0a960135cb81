#include <algorithm>
#include <linnet/ops/category.hpp>

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

void require_dtypes(std::string_view op, std::span<const TensorType> inputs, DType dtype) {
  for (const TensorType& input : inputs) {
    if (input.dtype == dtype) continue;
    fail(ErrorCode::dtype_mismatch, cat(op, ": expected ", dtype, ", got ", input));
  }
}

}  // namespace

Types Discretize::infer(std::span<const TensorType> inputs) const {
  require_dtypes(kName, inputs, DType::float32);
  if (!std::ranges::is_sorted(boundaries)) {
    fail(ErrorCode::invalid_argument, cat(kName, ": the boundaries must rise"));
  }
  return {{DType::int32, inputs[0].shape}};
}

Types HashBucket::infer(std::span<const TensorType> inputs) const {
  require_dtypes(kName, inputs, DType::int64);
  return {{DType::int64, inputs[0].shape}};
}

Types CrossHash::infer(std::span<const TensorType> inputs) const {
  require_dtypes(kName, inputs, DType::int64);
  for (const TensorType& input : inputs) {
    if (input.shape == inputs[0].shape) continue;
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": expected inputs of one shape, got ", inputs[0].shape, " and ", input.shape));
  }
  return {{DType::int64, inputs[0].shape}};
}

Types Lookup::infer(std::span<const TensorType> inputs) const {
  require_dtypes(kName, inputs, DType::int64);
  const Shape &keys = inputs[1].shape, &values = inputs[2].shape;
  if (keys.rank() != 1 || keys != values) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": expected keys and values (n), got ", keys, " and ", values));
  }
  return {{DType::int64, inputs[0].shape}};
}

Types CountIds::infer(std::span<const TensorType> inputs) const {
  require_dtypes(kName, inputs.first(1), DType::int32);
  const Shape& ids = inputs[0].shape;
  if (ids.rank() == 0) fail(ErrorCode::shape_mismatch, cat(kName, ": expected rows, got a scalar"));
  if (weighted) {
    require_dtypes(kName, inputs.subspan(1, 1), DType::float32);
    if (!ids.fits(inputs[1].shape) && !inputs[1].shape.fits(ids)) {
      fail(ErrorCode::shape_mismatch,
           cat(kName, ": expected weights of the shape ", ids, ", got ", inputs[1].shape));
    }
  }
  return {{DType::float32, ids.with(ids.rank() - 1, depth)}};
}

std::vector<Gradient> CountIds::grad(const GradCall& call) const {
  if (!weighted) return {{}};
  if (binary) return {{}, {}};
  return {{}, linnet::apply(CountIdsGrad{}, {call.x(0), call.dy()})};
}

Types CountIdsGrad::infer(std::span<const TensorType> inputs) const {
  return {{DType::float32, inputs[0].shape}};
}

}  // namespace linnet::inline v0::ops
