#include <linnet/layers/dense.hpp>
#include <linnet/ops/matmul.hpp>

namespace linnet::inline v0 {

Value Dense::emit(Scope& scope, const Call& call) const {
  const Value& x = call.input();
  if (units <= 0) {
    detail::fail(ErrorCode::invalid_argument, detail::cat("units must be positive, got ", units));
  }
  if (x.shape().rank() < 2 || x.shape()[-1] == any) {
    detail::fail(
        ErrorCode::shape_mismatch,
        detail::cat("expected (batch, ..., features) with features known, got ", x.shape()));
  }
  const Index in = x.shape()[-1];
  const Value kernel =
      scope.parameter("kernel", {in, units}, kernel_initializer,
                      {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  Values inputs{x, kernel};
  if (use_bias) {
    inputs.push_back(scope.parameter("bias", {units}, bias_initializer,
                                     {.penalty = bias_regularizer, .constraint = bias_constraint}));
  }
  const Value y = activation(linnet::apply(ops::MatMul{}, std::move(inputs)));
  if (activity_regularizer) scope.add_loss(activity_regularizer.penalty(y));
  return y;
}

}  // namespace linnet::inline v0
