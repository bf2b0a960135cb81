#include <algorithm>
#include <cmath>
#include <linnet/layers/batch_normalization.hpp>
#include <linnet/layers/group_normalization.hpp>
#include <linnet/layers/layer_normalization.hpp>
#include <linnet/layers/unit_normalization.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/layer_normalize.hpp>
#include <linnet/ops/normalization.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/floats.hpp"

namespace linnet::inline v0 {

namespace {

/// One number for each channel, all the same.
Value constant_of(float value, Index channels) {
  return ops::broadcast_to(ops::constant(value), {channels});
}

/// A parameter of one number for each position along the normalized axis, or the number that
/// stands for it where the layer has none.
Value by_channel(Scope& scope, bool wanted, std::string_view name, Index channels,
                 const Initializer& first, ParameterOptions options, float otherwise) {
  if (wanted) return scope.parameter(name, {channels}, first, std::move(options));
  return constant_of(otherwise, channels);
}

/// 1 / sqrt(x + epsilon).
Value inverse_root(const Value& x, double epsilon) {
  return ops::unary(
      ops::UnaryKind::reciprocal,
      ops::unary(ops::UnaryKind::sqrt, ops::affine(x, 1, static_cast<float>(epsilon))));
}

Index known_size(const Value& x, int axis) {
  const Index size = x.shape()[axis];
  if (size == any) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("axis ", axis, " of ", x.shape(), " must be known"));
  }
  return size;
}

/// The order of axes in which `axis` and the last one have changed places.
std::vector<Index> swapped_with_last(int rank, int axis) {
  std::vector<Index> perm;
  for (Index i = 0; i < rank; ++i) perm.push_back(i);
  std::swap(perm[static_cast<std::size_t>(axis)], perm.back());
  return perm;
}

std::vector<Index> all_but(int rank, int axis) {
  std::vector<Index> axes;
  for (Index i = 0; i < rank; ++i) {
    if (i != axis) axes.push_back(i);
  }
  return axes;
}

struct Moments {
  Value mean, variance;
};

/// Mean and variance over all axes but the last, of the positions that the mask (batch, time)
/// keeps.
Moments masked_moments(const Value& x, const Value& mask) {
  const auto axes = all_but(x.shape().rank(), x.shape().rank() - 1);
  Value weight = ops::cast(mask, DType::float32);
  while (weight.shape().rank() < x.shape().rank())
    weight = ops::expand_dims(weight, weight.shape().rank());
  weight = ops::multiply(weight, ops::affine(ops::slice(x, -1, 0, 1), 0, 1));
  const Value total = ops::affine(ops::reduce_sum(weight), 1, 1e-7f);
  const Value mean = ops::divide(ops::reduce_sum(ops::multiply(x, weight), axes), total);
  const Value off = ops::unary(ops::UnaryKind::square, ops::subtract(x, mean));
  return {mean, ops::divide(ops::reduce_sum(ops::multiply(off, weight), axes), total)};
}

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, as one scale and one offset.
Value with_moments(const Value& x, const Moments& m, const Value& gamma, const Value& beta,
                   double epsilon) {
  const Value scale = ops::multiply(gamma, inverse_root(m.variance, epsilon));
  return ops::scale_offset(x, scale, ops::subtract(beta, ops::multiply(m.mean, scale)));
}

/// y by the statistics of the batch, and these.
std::pair<Value, Moments> by_batch(const Value& x, const Value& mask, const Value& gamma,
                                   const Value& beta, double epsilon) {
  if (mask) {
    const Moments batch = masked_moments(x, mask);
    return {with_moments(x, batch, gamma, beta, epsilon), batch};
  }
  const Values all = apply_all(ops::BatchNormalize{epsilon}, {x, gamma, beta});
  return {all[0], {all[1], all[2]}};
}

/// (old * momentum + value * (1 - momentum)).
Value moved(const Value& old, const Value& value, double momentum) {
  return ops::add(ops::affine(old, static_cast<float>(momentum)),
                  ops::affine(value, static_cast<float>(1 - momentum)));
}

void check_clipping(const RenormClipping& clipping) {
  detail::require("renorm_clipping", "rmin", clipping.rmin, detail::kFinite);
  detail::require("renorm_clipping", "rmax", clipping.rmax, detail::kFinite);
  detail::require("renorm_clipping", "dmax", clipping.dmax, detail::kNotNegative);
  if (clipping.rmin && clipping.rmax && *clipping.rmin > *clipping.rmax) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("renorm_clipping: rmin must be at most rmax, got ", *clipping.rmin,
                             " and ", *clipping.rmax));
  }
}

/// First values of a deviation where those of the variance are given.
Fill root_of(const Initializer& variance) {
  return [fill = Fill(variance)](Tensor& target, const RandomStream& random) {
    fill(target, random);
    for (float& x : target.data<float>()) x = std::sqrt(x);
  };
}

/// The states of batch renormalization, beside the moving mean and variance.
struct Renorm {
  Value moving_stddev, mean, stddev;

  Renorm(Scope& scope, const BatchNormalization& layer, const Shape& shape)
      : moving_stddev(
            scope.state("moving_stddev", shape, root_of(layer.moving_variance_initializer))),
        mean(scope.state("renorm_mean", shape, layer.moving_mean_initializer)),
        stddev(scope.state("renorm_stddev", shape, root_of(layer.moving_variance_initializer))) {}

  /// (normal r + d) gamma + beta.
  Value corrected(const BatchNormalization& layer, const Value& normal, const Moments& batch,
                  const Value& gamma, const Value& beta) const {
    ops::RenormCorrection op{layer.epsilon};
    const RenormClipping& clipping = layer.renorm_clipping;
    op.rmin = clipping.rmin.value_or(op.rmin);
    op.rmax = clipping.rmax.value_or(op.rmax);
    op.dmax = clipping.dmax.value_or(op.dmax);
    const Values rd = apply_all(op, {batch.mean, batch.variance, mean, stddev});
    return ops::scale_offset(normal, ops::multiply(rd[0], gamma),
                             ops::add(ops::multiply(rd[1], gamma), beta));
  }

  /// Moves the states; the new moving variance.
  Value update(Scope& scope, const BatchNormalization& layer, const Moments& batch) const {
    const auto epsilon = static_cast<float>(layer.epsilon);
    const Value deviation =
        ops::unary(ops::UnaryKind::sqrt, ops::affine(batch.variance, 1, epsilon));
    scope.update(mean, moved(mean, batch.mean, layer.renorm_momentum));
    scope.update(stddev, moved(stddev, deviation, layer.renorm_momentum));
    const Value next = moved(moving_stddev, deviation, layer.momentum);
    scope.update(moving_stddev, next);
    return ops::maximum(ops::affine(ops::unary(ops::UnaryKind::square, next), 1, -epsilon),
                        ops::constant(0.0f));
  }
};

}  // namespace

Config RenormClipping::to_config() const {
  Config config = Config::object();
  if (rmax) config["rmax"] = Config(*rmax);
  if (rmin) config["rmin"] = Config(*rmin);
  if (dmax) config["dmax"] = Config(*dmax);
  return config.members().empty() ? Config() : config;
}

RenormClipping RenormClipping::from_config(const Config& config) {
  RenormClipping clipping;
  if (config.is_null()) return clipping;
  for (const auto& [key, value] : config.members()) {
    auto& bound = key == "rmax" ? clipping.rmax : key == "rmin" ? clipping.rmin : clipping.dmax;
    if (key != "rmax" && key != "rmin" && key != "dmax") {
      detail::fail(ErrorCode::invalid_argument,
                   detail::cat("renorm_clipping: expected rmax, rmin or dmax, got ", key));
    }
    if (!value.is_null()) bound = value.as_number();
  }
  return clipping;
}

Value BatchNormalization::emit(Scope& scope, const Call& call) const {
  detail::require({}, "momentum", momentum, detail::kZeroToOne);
  detail::require({}, "epsilon", epsilon, detail::kPositive);
  detail::require({}, "renorm_momentum", renorm_momentum, detail::kZeroToOne);
  check_clipping(renorm_clipping);
  const int rank = call.input().shape().rank(), at = call.input().shape().wrap(axis);
  const Index channels = known_size(call.input(), at);
  const auto perm = swapped_with_last(rank, at);
  const bool last = at == rank - 1;
  const Value x = last ? detail::floats(call) : ops::transpose(detail::floats(call), perm);
  const Value gamma = by_channel(scope, scale, "gamma", channels, gamma_initializer,
                                 {.penalty = gamma_regularizer, .constraint = gamma_constraint}, 1);
  const Value beta = by_channel(scope, center, "beta", channels, beta_initializer,
                                {.penalty = beta_regularizer, .constraint = beta_constraint}, 0);
  const Value mean = scope.state("moving_mean", {channels}, moving_mean_initializer);
  const Value variance = scope.state("moving_variance", {channels}, moving_variance_initializer);
  std::optional<Renorm> corrects;
  if (renorm) corrects.emplace(scope, *this, Shape{channels});
  Value y;
  if (scope.training() && scope.trainable()) {
    const auto [normal, batch] = renorm ? by_batch(x, call.input().mask(), constant_of(1, channels),
                                                   constant_of(0, channels), epsilon)
                                        : by_batch(x, call.input().mask(), gamma, beta, epsilon);
    y = renorm ? corrects->corrected(*this, normal, batch, gamma, beta) : normal;
    scope.update(mean, moved(mean, batch.mean, momentum));
    scope.update(variance, renorm ? corrects->update(scope, *this, batch)
                                  : moved(variance, batch.variance, momentum));
  } else {
    y = with_moments(x, {mean, variance}, gamma, beta, epsilon);
  }
  return last ? y : ops::transpose(y, perm);
}

Value GroupNormalization::emit(Scope& scope, const Call& call) const {
  detail::require({}, "epsilon", epsilon, detail::kPositive);
  const int rank = call.input().shape().rank(), at = call.input().shape().wrap(axis);
  if (rank < 2 || at == 0) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("cannot normalize axis ", at, " of ", call.input().shape()));
  }
  const Index channels = known_size(call.input(), at);
  const Index count = groups == -1 ? channels : groups;
  detail::require({}, "groups", count, detail::kPositive);
  if (channels % count != 0) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("groups must divide the ", channels, " channels, got ", count));
  }
  const auto perm = swapped_with_last(rank, at);
  const bool last = at == rank - 1;
  const Value x = last ? detail::floats(call) : ops::transpose(detail::floats(call), perm);
  // (batch, positions, groups, channels of a group)
  const Value grouped =
      linnet::apply(ops::Reshape{{ops::Reshape::axis(0), any, count, channels / count}}, {x});
  const Value mean = ops::reduce_mean(grouped, {1, 3}, true);
  const Value off = ops::subtract(grouped, mean);
  const Value variance = ops::reduce_mean(ops::unary(ops::UnaryKind::square, off), {1, 3}, true);
  const Value normal = ops::multiply(off, inverse_root(variance, epsilon));
  const Shape& shape = x.shape();
  Value y = shape.known() ? ops::reshape(normal, shape) : x;  // asked again with all sizes known
  if (scale || center) {
    const Value gamma =
        by_channel(scope, scale, "gamma", channels, gamma_initializer,
                   {.penalty = gamma_regularizer, .constraint = gamma_constraint}, 1);
    const Value beta = by_channel(scope, center, "beta", channels, beta_initializer,
                                  {.penalty = beta_regularizer, .constraint = beta_constraint}, 0);
    y = ops::scale_offset(y, gamma, beta);
  }
  return last ? y : ops::transpose(y, perm);
}

namespace {

/// Some axes of x, ascending, and what of x's shape they keep.
struct Along {
  std::vector<Index> axes, sizes;
  Shape shape;  ///< as x's, with 1 for all other axes

  Along(const std::vector<Index>& axis, const Value& x)
      : shape(std::vector<Index>(static_cast<std::size_t>(x.shape().rank()), 1)) {
    for (const Index each : axis)
      axes.push_back(x.shape().wrap(static_cast<int>(std::clamp<Index>(each, -99, 99))));
    std::ranges::sort(axes);
    if (axes.empty() || std::ranges::adjacent_find(axes) != axes.end()) {
      detail::fail(ErrorCode::invalid_argument,
                   detail::cat("axis must name axes of ", x.shape(), ", each once"));
    }
  }
  bool is_last(const Value& x) const { return axes.size() == 1 && axes[0] == x.shape().rank() - 1; }
  /// Takes the sizes, which must be known: for parameters.
  void measure(const Value& x) {
    for (const Index each : axes) {
      sizes.push_back(known_size(x, static_cast<int>(each)));
      shape = shape.with(static_cast<int>(each), sizes.back());
    }
  }
};

}  // namespace

Value RMSNormalization::emit(Scope& scope, const Call& call) const {
  detail::require({}, "epsilon", epsilon, detail::kPositive);
  const Value x = detail::floats(call);
  Along along(axis, x);
  along.measure(x);
  const Value scale = scope.parameter("scale", Shape(along.sizes), Initializer("ones"));
  if (along.is_last(x)) {
    const Value none = constant_of(0, along.sizes[0]);
    return apply_all(ops::LayerNormalize{epsilon, false}, {x, scale, none})[0];
  }
  const Value square = ops::reduce_mean(ops::unary(ops::UnaryKind::square, x), along.axes, true);
  const Value y = ops::multiply(x, inverse_root(square, epsilon));
  // Keras lets the scale stand along the last axes, whichever were given, where it fits there.
  const int rank = x.shape().rank(), axes = scale.shape().rank();
  const bool fits = x.shape().slice(rank - axes, rank) == scale.shape();
  return ops::multiply(y, fits ? scale : ops::reshape(scale, along.shape));
}

Value LayerNormalization::emit(Scope& scope, const Call& call) const {
  detail::require({}, "epsilon", epsilon, detail::kPositive);
  const Value x = detail::floats(call);
  Along along(axis, x);
  along.measure(x);
  const Shape sizes(along.sizes);
  Value gamma, beta;
  if (scale || rms_scaling) {
    gamma = scope.parameter("gamma", sizes, gamma_initializer,
                            {.penalty = gamma_regularizer, .constraint = gamma_constraint});
  }
  if (center && !rms_scaling) {
    beta = scope.parameter("beta", sizes, beta_initializer,
                           {.penalty = beta_regularizer, .constraint = beta_constraint});
  }
  if (along.is_last(x) && !rms_scaling) {
    return apply_all(ops::LayerNormalize{epsilon}, {x, gamma ? gamma : constant_of(1, sizes[0]),
                                                    beta ? beta : constant_of(0, sizes[0])})[0];
  }
  const Value off = ops::subtract(x, ops::reduce_mean(x, along.axes, true));
  const Value variance =
      ops::reduce_mean(ops::unary(ops::UnaryKind::square, off), along.axes, true);
  Value y = ops::multiply(rms_scaling ? x : off, inverse_root(variance, epsilon));
  if (gamma) y = ops::multiply(y, ops::reshape(gamma, along.shape));
  if (beta) y = ops::add(y, ops::reshape(beta, along.shape));
  return y;
}

Value UnitNormalization::emit(Scope&, const Call& call) const {
  const Value x = detail::floats(call);
  const Along along(axis, x);
  const Value square = ops::reduce_sum(ops::unary(ops::UnaryKind::square, x), along.axes, true);
  const Value least = ops::maximum(square, ops::constant(1e-24f));
  return ops::divide(x, ops::unary(ops::UnaryKind::sqrt, least));
}

}  // namespace linnet::inline v0
