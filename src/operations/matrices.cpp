// Functions of two axes as of a matrix: its diagonal, its trace; and the product of all elements.
#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

/// x[..., r, r + offset, ...] of two axes, as the last one.
Value diagonal_of(const Arguments& in) {
  const Value x = in.value("x");
  const int rank = x.shape().rank();
  if (rank < 2) fail(ErrorCode::shape_mismatch, cat("a diagonal of ", x.shape()));
  const int a = axis_of(in.integer("axis1", 0), rank), b = axis_of(in.integer("axis2", 1), rank);
  if (a == b) fail(ErrorCode::invalid_argument, "a diagonal of one axis");
  const Index rows = x.shape()[a], columns = x.shape()[b];
  if (rows == any || columns == any) {
    fail(ErrorCode::unsupported, "a diagonal of axes whose sizes are not known");
  }
  const Index offset = std::clamp<Index>(in.integer("offset", 0), -rows, columns);
  std::vector<Index> perm, sizes, ids;
  for (int axis = 0; axis < rank; ++axis) {
    if (axis == a || axis == b) continue;
    sizes.push_back(ops::Reshape::axis(static_cast<int>(perm.size())));
    perm.push_back(axis);
  }
  perm.insert(perm.end(), {a, b});
  few(rows, "rows");
  sizes.push_back(few(columns, "columns") * rows);
  for (Index row = std::max<Index>(0, -offset); row < std::min(rows, columns - offset); ++row) {
    ids.push_back(row * columns + row + offset);
  }
  return taken(apply(ops::Reshape{sizes}, {ops::transpose(x, perm)}), -1, ids);
}

Values diagonal(const Arguments& in) { return {diagonal_of(in)}; }

Values trace(const Arguments& in) { return {ops::reduce_sum(summable(diagonal_of(in)), {-1})}; }

/// The sum of x1 x2 over all elements.
Values vector_dot(const Arguments& in) {
  const auto [a, b] = in.alike("x1", "x2");
  return {ops::reduce_sum(ops::multiply(counted(a), counted(b)))};
}

constexpr OperationInfo kMatricesTable[] = {
    {"numpy.Diagonal", "x", diagonal},
    {"numpy.Trace", "x", trace},
    {"numpy.Vdot", "x1 x2", vector_dot},
};

}  // namespace

std::span<const OperationInfo> matrix_operations() { return kMatricesTable; }

}  // namespace linnet::inline v0::detail
