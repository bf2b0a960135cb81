#include <algorithm>
#include <cmath>
#include <linnet/initializers/variance_scaling.hpp>

#include "core/require.hpp"
#include "initializers/draw.hpp"

namespace linnet::inline v0::initializers {

Fans fans_of(const Shape& shape, const Axes& input_axes, const Axes& output_axes) {
  const int rank = shape.rank();
  if (rank == 0) return {};
  if (rank == 1 && !input_axes && !output_axes) {
    const auto size = static_cast<double>(shape[0]);
    return {size, size};
  }
  const std::vector<Index> inputs = input_axes.value_or(std::vector<Index>{rank - 2});
  const std::vector<Index> outputs = output_axes.value_or(std::vector<Index>{rank - 1});
  Fans fans;
  double receptive = 1;
  for (int axis = 0; axis < rank; ++axis) {
    const auto is = [&](Index a) { return shape.wrap(static_cast<int>(a)) == axis; };
    const auto size = static_cast<double>(shape[axis]);
    const bool input = std::ranges::any_of(inputs, is);
    const bool output = std::ranges::any_of(outputs, is);
    if (input) fans.in *= size;
    if (output) fans.out *= size;
    if (!input && !output) receptive *= size;
  }
  return {fans.in * receptive, fans.out * receptive};
}

void VarianceScaling::check() const { detail::require(kName, "scale", scale, detail::kPositive); }

void VarianceScaling::fill(Tensor& target, const RandomStream& random) const {
  check();
  // What is left of a normal distribution cut at 2 deviations has this share of its deviation.
  constexpr double kCut = 0.87962566103423978;
  const Fans fans = fans_of(target.shape(), input_axes, output_axes);
  const double fan = mode == "fan_in"    ? fans.in
                     : mode == "fan_out" ? fans.out
                                         : (fans.in + fans.out) / 2;
  const double deviation = std::sqrt(scale / std::max(1.0, fan));
  const RandomStream stream = stream_of(seed, random);
  if (distribution == "uniform") {
    const double limit = std::sqrt(3.0) * deviation;
    draw_uniform(target, stream, -limit, limit);
  } else if (distribution == "untruncated_normal") {
    draw_normal(target, stream, 0, deviation);
  } else {
    draw_truncated_normal(target, stream, 0, deviation / kCut);
  }
}

namespace {

/// A fixed form of VarianceScaling.
VarianceScaling scaled(const auto& self, float scale, Choice<FanModes> mode,
                       Choice<Distributions> distribution) {
  return {scale, mode, distribution, self.seed, self.input_axes, self.output_axes};
}

}  // namespace

void GlorotUniform::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 1, "fan_avg", "uniform").fill(target, random);
}

void GlorotNormal::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 1, "fan_avg", "truncated_normal").fill(target, random);
}

void HeUniform::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 2, "fan_in", "uniform").fill(target, random);
}

void HeNormal::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 2, "fan_in", "truncated_normal").fill(target, random);
}

void LecunUniform::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 1, "fan_in", "uniform").fill(target, random);
}

void LecunNormal::fill(Tensor& target, const RandomStream& random) const {
  scaled(*this, 1, "fan_in", "truncated_normal").fill(target, random);
}

}  // namespace linnet::inline v0::initializers
