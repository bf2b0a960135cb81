#include <linnet/initializers.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/residual_branch.hpp>
#include <linnet/ops/elementwise.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

Value LayerScale::emit(Scope& scope, const Call& call) const {
  detail::require({}, "projection_dim", projection_dim, detail::kSize);
  const Shape& x = call.input().shape();
  if (x.rank() == 0 || !x.slice(x.rank() - 1, x.rank()).fits({projection_dim})) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected ", projection_dim, " channels on the last axis, got ", x));
  }
  const Value gamma = scope.parameter("gamma", {projection_dim},
                                      Initializer(initializers::Constant{.value = init_values}));
  return ops::multiply(call.input(), gamma);
}

Value StochasticDepth::emit(Scope& scope, const Call& call) const {
  detail::require({}, "drop_path_rate", drop_path_rate, detail::kZeroToOne);
  Shape each_sample{any};
  while (each_sample.rank() < call.input().shape().rank()) each_sample = each_sample.joined({1});
  return Dropout{.rate = drop_path_rate, .noise_shape = each_sample}.emit(scope, call);
}

Value CustomScaleLayer::emit(Scope&, const Call& call) const {
  if (call.inputs.size() != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("takes two inputs, got ", std::uint64_t{call.inputs.size()}));
  }
  return ops::add(call.inputs[0], ops::affine(call.inputs[1], scale));
}

}  // namespace linnet::inline v0
