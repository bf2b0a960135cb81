// Filling a tensor with random numbers, for the initializers.
#pragma once

#include <linnet/initializers/random.hpp>

namespace linnet::inline v0::initializers {

/// The stream of the seed if there is one, else the one that is given.
RandomStream stream_of(const Seed& seed, const RandomStream& given);

void draw_uniform(Tensor& target, const RandomStream& random, double low, double high);
void draw_normal(Tensor& target, const RandomStream& random, double mean, double stddev);
/// Draws again what is more than 2 stddev from the mean.
void draw_truncated_normal(Tensor& target, const RandomStream& random, double mean, double stddev);

}  // namespace linnet::inline v0::initializers
