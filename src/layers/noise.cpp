#include <cmath>
#include <linnet/layers/noise.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/random.hpp>

#include "layers/draws.hpp"

namespace linnet::inline v0 {

namespace {

/// Normal numbers, one for each element of x.
Value normal_like(const Value& x, Scope& scope, std::optional<Index> seed, float mean,
                  float stddev) {
  return ops::random_normal(x, scope.seed(), detail::Draws(scope, seed).key(), mean, stddev);
}

/// What uniform numbers are drawn like: x, or zeros of the shape of the noise.
Value drawn_like(const Value& x, const std::optional<Shape>& noise_shape) {
  const Shape& shape = x.shape();
  if (!noise_shape) return x;
  Shape noise = *noise_shape;
  if (noise.rank() != shape.rank()) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("noise_shape must have the axes of ", shape, ", got ", noise));
  }
  for (int axis = 0; axis < noise.rank(); ++axis) {
    if (noise[axis] == any) noise = noise.with(axis, shape[axis]);
    if (noise[axis] != 1 && noise[axis] != shape[axis] && shape[axis] != any) {
      detail::fail(ErrorCode::shape_mismatch,
                   detail::cat("noise_shape must broadcast to ", shape, ", got ", *noise_shape));
    }
  }
  return noise.known() ? ops::constant(Tensor(DType::float32, noise)) : x;
}

}  // namespace

Value GaussianNoise::emit(Scope& scope, const Call& call) const {
  detail::require({}, "stddev", stddev, detail::kNotNegative);
  const Value& x = call.input();
  if (!scope.training() || stddev == 0) return x;
  return ops::add(x, normal_like(x, scope, seed, 0, stddev));
}

Value GaussianDropout::emit(Scope& scope, const Call& call) const {
  detail::require({}, "rate", rate, detail::kZeroToBelowOne);
  const Value& x = call.input();
  if (!scope.training() || rate == 0) return x;
  return ops::multiply(x, normal_like(x, scope, seed, 1, std::sqrt(rate / (1 - rate))));
}

Value AlphaDropout::emit(Scope& scope, const Call& call) const {
  detail::require({}, "rate", rate, detail::kZeroToBelowOne);
  const Value& x = call.input();
  const Value like = drawn_like(x, noise_shape);
  if (!scope.training() || rate == 0) return x;
  const Value kept =
      ops::compare(ops::CompareKind::less_equal, ops::constant(rate),
                   ops::random_uniform(like, scope.seed(), detail::Draws(scope, seed).key()));
  // selu's limit on the left: -scale alpha (Klambauer et al. 2017).
  constexpr float kLowest = -1.0507009873554805f * 1.6732632423543772f;
  const Value dropped = ops::select(kept, x, ops::constant(kLowest));
  // a and b bring mean 0 and variance 1 back.
  const float a = 1 / std::sqrt((1 - rate) * (1 + rate * kLowest * kLowest));
  return ops::affine(dropped, a, -a * kLowest * rate);
}

}  // namespace linnet::inline v0
