#include <linnet/layers/activations.hpp>
#include <linnet/layers/prelu.hpp>
#include <linnet/layers/softmax.hpp>
#include <linnet/layers/spatial_dropout.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/random.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "core/require.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

Value ReLU::emit(Scope&, const Call& call) const {
  detail::require({}, "max_value", max_value, detail::kNotNegative);
  detail::require({}, "negative_slope", negative_slope, detail::kNotNegative);
  detail::require({}, "threshold", threshold, detail::kNotNegative);
  constexpr float kUnlimited = std::numeric_limits<float>::infinity();
  return ops::relu(detail::floats(call), negative_slope, max_value.value_or(kUnlimited), threshold);
}

Value LeakyReLU::emit(Scope&, const Call& call) const {
  detail::require({}, "negative_slope", negative_slope, detail::kFinite);
  return ops::relu(detail::floats(call), negative_slope);
}

Value ELU::emit(Scope&, const Call& call) const {
  detail::require({}, "alpha", alpha, detail::kFinite);
  return ops::activate(ops::ActivationKind::elu, detail::floats(call), alpha);
}

Value PReLU::emit(Scope& scope, const Call& call) const {
  const Value x = detail::floats(call);
  Shape shape = x.shape().slice(1, x.shape().rank());
  for (const Index axis : shared_axes) {
    detail::require({}, "shared_axes", axis,
                    {1, static_cast<double>(x.shape().rank() - 1), true, true});
    shape = shape.with(static_cast<int>(axis) - 1, 1);
  }
  const Value alpha =
      scope.parameter("alpha", shape, alpha_initializer,
                      {.penalty = alpha_regularizer, .constraint = alpha_constraint});
  const Value negative = ops::multiply(alpha, ops::minimum(x, ops::constant(0.0f)));
  return ops::add(ops::relu(x), negative);
}

namespace {

Value softmax_over(const std::vector<Index>& axes, const Value& x) {
  if (axes.empty()) detail::fail(ErrorCode::invalid_argument, "axis: expected an axis, got none");
  if (axes.size() == 1) return ops::softmax(x, axes.front());
  const Value largest = ops::reduce_max(x, axes, true);
  const Value e = ops::unary(ops::UnaryKind::exp, ops::subtract(x, largest));
  return ops::divide(e, ops::reduce_sum(e, axes, true));
}

}  // namespace

Value Softmax::emit(Scope&, const Call& call) const {
  const Value x = detail::floats(call);
  const Value mask = call.input().mask();
  if (!mask || mask.shape().rank() != x.shape().rank()) return softmax_over(axis, x);
  // Where nothing is kept there is nothing to share: zeros, as Keras has it.
  const Value kept = softmax_over(axis, ops::select(mask, x, ops::constant(-3e38f)));
  return ops::select(mask, kept, ops::constant(0.0f));
}

template <int N>
Value SpatialDropout<N>::emit(Scope& scope, const Call& call) const {
  detail::require({}, "rate", rate, detail::kZeroToOne);
  const Shape& x = call.input().shape();
  if (x.rank() != N + 2) {
    detail::fail(ErrorCode::shape_mismatch, detail::cat("expected ", N + 2, " axes, got ", x));
  }
  if (!scope.training() || rate == 0) return call.input();
  const int channels = data_format == "channels_last" ? N + 1 : 1;
  Shape noise = x;
  for (int i = 1; i < x.rank(); ++i) {
    if (i != channels) noise = noise.with(i, 1);
  }
  const std::uint64_t key =
      seed ? RandomStream(static_cast<std::uint64_t>(*seed), scope.path()).key()
           : scope.random_key();
  return ops::dropout(call.input(), scope.seed(), rate, key, noise);
}

template struct SpatialDropout<1>;
template struct SpatialDropout<2>;
template struct SpatialDropout<3>;

}  // namespace linnet::inline v0
