#include <linnet/ops/rows_adam.hpp>

namespace linnet::inline v0::ops {

namespace {

/// Checks p, m, v, last and sums, the first five inputs of all three ops.
void check_slots(std::span<const TensorType> inputs, std::size_t count, std::string_view op) {
  const Shape& p = inputs[0].shape;
  const bool good = inputs.size() >= count && p.rank() == 2 && inputs[1].shape == p &&
                    inputs[2].shape == p && inputs[3] == TensorType{DType::int32, {p[0]}} &&
                    inputs[4] == TensorType{DType::float32, {3, RowsAdam::kRing}};
  if (!good) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat(op, ": slots do not fit a table of shape ", p));
  }
}

}  // namespace

Types RowsAdamCatchUp::infer(std::span<const TensorType> inputs) const {
  check_slots(inputs, 6, kName);
  return {{DType::uint8, {0}}};
}

Types RowsAdamUpdate::infer(std::span<const TensorType> inputs) const {
  check_slots(inputs, 9, kName);
  return {{DType::uint8, {0}}};
}

Types RowsAdamRead::infer(std::span<const TensorType> inputs) const {
  check_slots(inputs, 6, kName);
  return {inputs[0]};
}

}  // namespace linnet::inline v0::ops
