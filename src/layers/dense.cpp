#include <linnet/layers/dense.hpp>
#include <linnet/ops/matmul.hpp>

#include "core/require.hpp"
#include "layers/affine.hpp"
#include "layers/floats.hpp"

namespace linnet::inline v0 {

Value Dense::emit(Scope& scope, const Call& call) const {
  const Value x = detail::floats(call);
  detail::require({}, "units", units, detail::kSize);
  if (x.shape().rank() < 2 || x.shape()[-1] == any) {
    detail::fail(
        ErrorCode::shape_mismatch,
        detail::cat("expected (batch, ..., features) with features known, got ", x.shape()));
  }
  const Index in = x.shape()[-1];
  const Parameter* built = scope.find("kernel");
  if (built != nullptr && built->type.shape[0] != in) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("was built for ", built->type.shape[0],
                             " features on the last axis, got ", in, " in ", x.shape()));
  }
  const Value kernel =
      scope.parameter("kernel", {in, units}, kernel_initializer,
                      {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  Values inputs{x, kernel};
  detail::append_bias(*this, scope, units, inputs);
  return detail::activated(*this, scope, linnet::apply(ops::MatMul{}, std::move(inputs)));
}

}  // namespace linnet::inline v0
