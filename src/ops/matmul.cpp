#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/alike.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

Types MatMul::infer(std::span<const TensorType> inputs) const {
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  require_alike(kName, inputs, inputs.size());
  if (a.rank() < 2 || (transpose_a && a.rank() > 2) || b.rank() != 2) {
    fail(ErrorCode::shape_mismatch, cat("matmul: expected two matrices, got ", a, " and ", b));
  }
  const Index inner_a = a[transpose_a ? 0 : -1];
  const Index inner_b = b[transpose_b ? 1 : 0];
  if (inner_a != inner_b && inner_a != any && inner_b != any) {
    fail(ErrorCode::shape_mismatch, cat("matmul: inner sizes of ", a, " and ", b, " differ"));
  }
  const Index n = b[transpose_b ? 0 : 1];
  const Shape y = transpose_a ? Shape{a[1], n} : a.with(-1, n);
  if (inputs.size() == 3 && !inputs[2].shape.fits({n})) {
    fail(ErrorCode::shape_mismatch,
         cat("matmul: expected a bias of shape (", n, ",), got ", inputs[2].shape));
  }
  return {{inputs[0].dtype, y}};
}

std::vector<Gradient> MatMul::grad(const GradCall& call) const {
  if (!is_floating(call.y().dtype())) return std::vector<Gradient>(call.inputs.size());
  const Value& a = call.x(0);
  const Value& b = call.x(1);
  const Value& dy = call.dy();
  const Value rows = a.shape().rank() == 2 ? a : reshape(a, {any, a.shape()[-1]});
  const Value dy_rows = a.shape().rank() == 2 ? dy : reshape(dy, {any, dy.shape()[-1]});
  // y = A B with A = a or a', B = b or b': dA = dy B', dB = A' dy.
  std::vector<Gradient> gradients{
      transpose_a ? matmul(b, dy, transpose_b, true) : matmul(dy, b, false, !transpose_b),
      transpose_b ? matmul(dy_rows, rows, true, transpose_a)
                  : matmul(rows, dy_rows, !transpose_a, false)};
  if (call.inputs.size() == 3) gradients.emplace_back(reduce_sum(dy_rows, {0}));
  return gradients;
}

Value matmul(const Value& a, const Value& b, bool transpose_a, bool transpose_b) {
  return apply(MatMul{transpose_a, transpose_b}, {a, b});
}

}  // namespace linnet::inline v0::ops
