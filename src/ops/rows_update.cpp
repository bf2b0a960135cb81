#include <algorithm>
#include <linnet/ops/rows_update.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

namespace {

/// Checks p, the slots, last and sums, and that at least `others` inputs follow.
void check_state(std::span<const TensorType> inputs, const RowsStep& step, std::size_t others,
                 std::string_view op) {
  const std::size_t tables = 1 + slots_of(step.rule).size();
  const std::size_t states = tables + (step.waits() ? 2 : 0);
  if (inputs.size() < states + others) require_count(op, inputs, states + others);
  const Shape& p = inputs[0].shape;
  const TensorType table{DType::float32, p};
  const bool good =
      p.rank() == 2 &&
      std::ranges::count(inputs.first(tables), table) == std::ssize(inputs.first(tables)) &&
      (!step.waits() || (inputs[tables] == TensorType{DType::int32, {p[0]}} &&
                         inputs[tables + 1] == TensorType{DType::float32, {3, RowsStep::kRing}}));
  if (!good) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat(op, ": slots do not fit a table of shape ", p));
  }
}

}  // namespace

Types RowsCatchUp::infer(std::span<const TensorType> inputs) const {
  check_state(inputs, step, 1, kName);
  return {{DType::uint8, {0}}};
}

Types RowsUpdate::infer(std::span<const TensorType> inputs) const {
  check_state(inputs, step, 4, kName);
  return {{DType::uint8, {0}}};
}

Types RowsRead::infer(std::span<const TensorType> inputs) const {
  check_state(inputs, step, 1, kName);
  return {inputs[0]};
}

}  // namespace linnet::inline v0::ops
