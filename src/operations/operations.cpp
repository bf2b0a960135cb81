#include "operations/operations.hpp"

#include <algorithm>
#include <linnet/ops/elementwise.hpp>

namespace linnet::inline v0::detail {

std::array<std::span<const OperationInfo>, 13> operation_tables() {
  return {arithmetic_operations(),    transcendental_operations(), comparison_operations(),
          activation_operations(),    reduction_operations(),      shape_operations(),
          move_operations(),          product_operations(),        window_operations(),
          normalization_operations(), ordering_operations(),       matrix_operations(),
          picture_operations()};
}

const OperationInfo* find_operation(std::string_view name) {
  for (const auto& table : operation_tables()) {
    const auto at = std::ranges::find(table, name, &OperationInfo::name);
    if (at != table.end()) return &*at;
  }
  return nullptr;
}

Value truth(const Value& x) {
  if (x.dtype() == DType::boolean) return x;
  return ops::compare(ops::CompareKind::not_equal, x, ops::constant(Tensor(x.dtype(), {})));
}

Value counted(const Value& x) {
  return x.dtype() == DType::boolean ? ops::cast(x, DType::int32) : x;
}

int axis_of(Index axis, int rank) {
  if (axis < -rank || axis >= rank) {
    fail(ErrorCode::out_of_range, cat("axis ", axis, " of a tensor of rank ", Index{rank}));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Index few(Index count, std::string_view what, Index most) {
  if (count <= most) return count;
  fail(ErrorCode::out_of_range, cat(count, " ", what, ", of which at most ", most, " are allowed"));
}

std::vector<Index> moved_axis(int rank, int from, int to) {
  std::vector<Index> perm;
  for (Index axis = 0; axis < rank; ++axis) {
    if (axis != from) perm.push_back(axis);
  }
  perm.insert(perm.begin() + to, from);
  return perm;
}

}  // namespace linnet::inline v0::detail
