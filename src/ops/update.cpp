#include <linnet/ops/update.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

using Inputs = std::span<const TensorType>;

const TensorType kRate{DType::float32, {}};
const TensorType kIteration{DType::int64, {}};

Types nothing() { return {{DType::uint8, {0}}}; }

void require_type(std::string_view where, const TensorType& got, const TensorType& wanted) {
  if (got.dtype == wanted.dtype && got.shape.fits(wanted.shape)) return;
  fail(ErrorCode::shape_mismatch, cat(where, ": expected ", wanted, ", got ", got));
}

/// The first `like` inputs are of one float32 type, the others of these types.
Types check(std::string_view where, Inputs inputs, std::size_t like,
            std::initializer_list<TensorType> others) {
  require_count(where, inputs, like + others.size());
  require_dtype(where, inputs[0], DType::float32);
  for (const TensorType& input : inputs.first(like)) require_type(where, input, inputs[0]);
  std::size_t at = like;
  for (const TensorType& wanted : others) require_type(where, inputs[at++], wanted);
  return nothing();
}

/// index int32 (any size), values (batch, width).
void check_rows(std::string_view where, const TensorType& index, const TensorType& values) {
  require_type(where, index, {DType::int32, {any}});
  require_type(where, values, {DType::float32, {any, any}});
}

}  // namespace

Types Assign::infer(Inputs inputs) const {
  if (inputs.empty() || inputs.size() % 2 != 0) {
    fail(ErrorCode::invalid_argument, cat(kName, ": expected pairs of a state and its value"));
  }
  for (std::size_t i = 0; i < inputs.size(); i += 2) require_type(kName, inputs[i + 1], inputs[i]);
  return nothing();
}

Types StepUpdate::infer(Inputs inputs) const {
  return check(kName, inputs, slots_of(rule).size() + 2, {kRate, kIteration});
}

Types AverageUpdate::infer(Inputs inputs) const { return check(kName, inputs, 2, {kIteration}); }

Types AccumulateUpdate::infer(Inputs inputs) const { return check(kName, inputs, 2, {}); }

Types ClearUpdate::infer(Inputs inputs) const {
  require_count(kName, inputs, 1);
  return nothing();
}

Types ReadAfter::infer(Inputs inputs) const {
  require_count(kName, inputs, 2);
  return {inputs[0]};
}

Types RowsToDense::infer(Inputs inputs) const {
  require_count(kName, inputs, 2);
  check_rows(kName, inputs[0], inputs[1]);
  return {{DType::float32, {rows, inputs[1].shape[1]}}};
}

Types RowsNorm::infer(Inputs inputs) const {
  require_count(kName, inputs, 2);
  check_rows(kName, inputs[0], inputs[1]);
  return {{DType::float32, {}}};
}

}  // namespace linnet::inline v0::ops
