// Layers whose output has the shape of their input.
#include <linnet/layers/activation.hpp>
#include <linnet/layers/activity_regularization.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/identity.hpp>
#include <linnet/layers/masking.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/random.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/activity_penalty.hpp"
#include "layers/floats.hpp"

namespace linnet::inline v0 {

Value Activation::emit(Scope&, const Call& call) const {
  return activation.is_linear() ? call.input() : activation(detail::floats(call));
}

Value Identity::emit(Scope&, const Call& call) const { return call.input(); }

Value ActivityRegularization::emit(Scope& scope, const Call& call) const {
  const Value& x = call.input();
  detail::add_activity_penalty(scope, regularizers::L1L2{l1, l2}, x);
  return x;
}

Value Masking::emit(Scope&, const Call& call) const {
  const Value x = detail::floats(call);
  const int features = x.shape().rank() - 1;
  if (features < 1) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, ..., features), got ", x.shape()));
  }
  const Value differs = ops::compare(ops::CompareKind::not_equal, x, ops::constant(mask_value));
  const Value mask = ops::not_zero(ops::reduce_max(ops::cast(differs, DType::float32), {features}));
  return ops::select(ops::expand_dims(mask, features), x, ops::constant(0.0f)).with_mask(mask);
}

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
