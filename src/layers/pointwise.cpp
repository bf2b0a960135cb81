// Layers whose output has the shape of their input.
#include <linnet/layers/activation.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/random.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

Value Activation::emit(Scope&, const Call& call) const { return activation(call.input()); }

Value Dropout::emit(Scope& scope, const Call& call) const {
  const Value& x = call.input();
  detail::require({}, "rate", rate, detail::kZeroToOne);
  const Shape noise = noise_shape.value_or(Shape{});
  if (noise.rank() > x.shape().rank() ||
      !ops::broadcast(noise, x.shape(), "noise_shape").fits(x.shape())) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("noise_shape must broadcast to ", x.shape(), ", got ", noise));
  }
  if (!scope.training() || rate == 0) return x;
  const std::uint64_t key =
      seed ? RandomStream(static_cast<std::uint64_t>(*seed), scope.path()).key()
           : scope.random_key();
  return ops::dropout(x, scope.seed(), rate, key, noise);
}

}  // namespace linnet::inline v0
