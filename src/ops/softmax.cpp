#include <linnet/ops/activation.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

namespace {

Types same_type(std::string_view where, std::span<const TensorType> inputs, Index axis) {
  require_floats(where, inputs, 1);
  require_axis(where, axis, inputs[0].shape);
  return {inputs[0]};
}

}  // namespace

Types Softmax::infer(std::span<const TensorType> inputs) const {
  return same_type(kName, inputs, axis);
}
Types LogSoftmax::infer(std::span<const TensorType> inputs) const {
  return same_type(kName, inputs, axis);
}
Types Sparsemax::infer(std::span<const TensorType> inputs) const {
  return same_type(kName, inputs, axis);
}
Types SoftmaxGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  return same_type(kName, inputs.first(1), axis);
}
Types SparsemaxGrad::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 2);
  return same_type(kName, inputs.first(1), axis);
}

std::vector<Gradient> Softmax::grad(const GradCall& call) const {
  return {apply(SoftmaxGrad{axis}, {call.y(), call.dy()})};
}

std::vector<Gradient> LogSoftmax::grad(const GradCall& call) const {  // dy - exp(y) sum(dy)
  const Value total = reduce_sum(call.dy(), {axis}, true);
  return {subtract(call.dy(), multiply(unary(UnaryKind::exp, call.y()), total))};
}

std::vector<Gradient> Sparsemax::grad(const GradCall& call) const {
  return {apply(SparsemaxGrad{axis}, {call.x(), call.dy()})};
}

Value softmax(const Value& x, Index axis) { return apply(Softmax{axis}, {x}); }
Value log_softmax(const Value& x, Index axis) { return apply(LogSoftmax{axis}, {x}); }
Value sparsemax(const Value& x, Index axis) { return apply(Sparsemax{axis}, {x}); }

Value glu(const Value& x, Index axis) {
  const Index size = x.shape()[require_axis("glu", axis, x.shape())];
  if (size < 0 || size % 2 != 0) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("glu: axis ", axis, " of ", x.shape(), " has no two equal halves"));
  }
  const Value gate = slice(x, axis, size / 2, size / 2);
  return multiply(slice(x, axis, 0, size / 2), activate(ActivationKind::sigmoid, gate));
}

}  // namespace linnet::inline v0::ops
