#include <linnet/ops/norm_update.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

namespace {

/// The inputs are float32 of these shapes, then g like p, a learning rate and an iteration.
Types check_slots(std::string_view where, std::span<const TensorType> inputs,
                  const std::vector<Shape>& states) {
  require_count(where, inputs, states.size() + 3);
  Types wanted;
  for (const Shape& state : states) wanted.push_back({DType::float32, state});
  wanted.push_back(wanted[0]);
  wanted.push_back({DType::float32, {}});
  wanted.push_back({DType::int64, {}});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == wanted[i]) continue;
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat(where, ": expected ", wanted[i], ", got ", inputs[i]));
  }
  return {{DType::uint8, {0}}};
}

}  // namespace

Types LambUpdate::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 6);
  const Shape& p = inputs[0].shape;
  return check_slots(kName, inputs, {p, p, p});
}

Types AdafactorUpdate::infer(std::span<const TensorType> inputs) const {
  if (inputs.empty()) require_count(kName, inputs, 6);
  const Shape& p = inputs[0].shape;
  const int rank = static_cast<int>(p.rank());
  if (rank < 2) return check_slots(kName, inputs, {p, p});
  return check_slots(kName, inputs, {p, p.without(rank - 1), p.without(rank - 2)});
}

Types RowsAdafactorUpdate::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 7);
  const Shape& p = inputs[0].shape;
  const bool good = p.rank() == 2 && inputs[1].shape == Shape{p[0]} &&
                    inputs[2].shape == Shape{p[1]} && inputs[4].shape.rank() == 2 &&
                    inputs[4].shape[1] == p[1];
  if (!good) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat(kName, ": slots do not fit a table of shape ", p));
  }
  return {{DType::uint8, {0}}};
}

}  // namespace linnet::inline v0::ops
