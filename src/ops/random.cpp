#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/random.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

Types first_type(std::string_view where, std::span<const TensorType> inputs) {
  require_count(where, inputs, 2);
  require_dtype(where, inputs[0], DType::float32);
  require_dtype(where, inputs[1], DType::int64);
  if (!inputs[1].shape.fits({2})) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": expected a seed of shape (2,), got ", inputs[1].shape));
  }
  return {inputs[0]};
}

}  // namespace

void visit_key(std::uint64_t& key, FieldVisitor& field) {
  auto bits = static_cast<Index>(key);
  field("key", bits);
  key = static_cast<std::uint64_t>(bits);
}

Types Dropout::infer(std::span<const TensorType> inputs) const {
  const Shape& x = inputs[0].shape;
  detail::require(kName, "rate", rate, detail::kZeroToOne);
  if (noise_shape.rank() > x.rank() || !broadcast(noise_shape, x, kName).fits(x)) {
    fail(ErrorCode::shape_mismatch,
         cat("dropout: noise_shape ", noise_shape, " does not broadcast to ", x));
  }
  return first_type(kName, inputs);
}

std::vector<Gradient> Dropout::grad(const GradCall& call) const {
  return {apply(*this, {call.dy(), call.x(1)}), Gradient()};
}

Types RandomUniform::infer(std::span<const TensorType> inputs) const {
  detail::require(kName, "low", low, detail::kFinite);
  detail::require(kName, "high", high, detail::kFinite);
  return first_type(kName, inputs);
}
Types RandomNormal::infer(std::span<const TensorType> inputs) const {
  detail::require(kName, "mean", mean, detail::kFinite);
  detail::require(kName, "stddev", stddev, detail::kNotNegative);
  return first_type(kName, inputs);
}

Types RandomBeta::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 3);
  require_dtype(kName, inputs[1], DType::float32);
  if (!inputs[1].shape.fits(inputs[0].shape)) {
    fail(ErrorCode::shape_mismatch, cat(kName, ": expected a and b of one shape, got ",
                                        inputs[0].shape, " and ", inputs[1].shape));
  }
  const TensorType first[] = {inputs[0], inputs[2]};
  return first_type(kName, first);
}

Types ShuffleRows::infer(std::span<const TensorType> inputs) const {
  if (!inputs.empty() && inputs[0].shape.rank() == 0) {
    fail(ErrorCode::shape_mismatch, "shuffle_rows: a number has no rows");
  }
  return first_type(kName, inputs);
}

std::vector<Gradient> ShuffleRows::grad(const GradCall& call) const {
  return {apply(ShuffleRows{key, !inverse}, {call.dy(), call.x(1)}), Gradient()};
}

Value dropout(const Value& x, const Value& seed, float rate, std::uint64_t key,
              const Shape& noise_shape) {
  return rate == 0 ? x : apply(Dropout{rate, key, noise_shape}, {x, seed});
}
Value random_uniform(const Value& like, const Value& seed, std::uint64_t key, float low,
                     float high) {
  return apply(RandomUniform{low, high, key}, {like, seed});
}
Value random_normal(const Value& like, const Value& seed, std::uint64_t key, float mean,
                    float stddev) {
  return apply(RandomNormal{mean, stddev, key}, {like, seed});
}
Value random_beta(const Value& a, const Value& b, const Value& seed, std::uint64_t key) {
  return apply(RandomBeta{key}, {a, b, seed});
}
Value shuffle_rows(const Value& x, const Value& seed, std::uint64_t key) {
  return apply(ShuffleRows{key}, {x, seed});
}

}  // namespace linnet::inline v0::ops
