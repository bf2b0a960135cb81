// The transforms of Winograd's convolution F(4x4, 3x3): 36 products for 16 outputs, not 144.
#pragma once

#include <linnet/core/shape.hpp>

#include "kernels/target.hpp"

namespace linnet::inline v0::winograd {

// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", with the points 0, +-a, +-b
// and infinity. With a = 5/8 and b = 3/2 the errors are a quarter of those with 1 and 2.
inline constexpr float kA = 0.625f, kB = 1.5f, kA2 = kA * kA, kB2 = kB * kB;

inline constexpr Index kIn = 6, kOut = 4;  // sides of a tile of x and of y
inline constexpr Index kProducts = kIn * kIn;
inline constexpr Index kBlock = 64;  // channels that are transformed together

/// y[i] = B^T x of six rows of n numbers, `from` and `to` apart.
[[gnu::always_inline]] inline void transform_input(const float* x, Index from, float* y, Index to,
                                                   Index n) {
  LINNET_INDEPENDENT
  for (Index c = 0; c < n; ++c) {
    const float x0 = x[c], x1 = x[c + from], x2 = x[c + 2 * from], x3 = x[c + 3 * from];
    const float x4 = x[c + 4 * from], x5 = x[c + 5 * from];
    const float even_a = x4 - kB2 * x2, odd_a = kA * (x3 - kB2 * x1);
    const float even_b = x4 - kA2 * x2, odd_b = kB * (x3 - kA2 * x1);
    y[c] = x4 - (kA2 + kB2) * x2 + kA2 * kB2 * x0;
    y[c + to] = even_a + odd_a;
    y[c + 2 * to] = even_a - odd_a;
    y[c + 3 * to] = even_b + odd_b;
    y[c + 4 * to] = even_b - odd_b;
    y[c + 5 * to] = x5 - (kA2 + kB2) * x3 + kA2 * kB2 * x1;
  }
}

/// y[i] = A^T x: four rows from six.
[[gnu::always_inline]] inline void transform_output(const float* x, Index from, float* y, Index to,
                                                    Index n) {
  LINNET_INDEPENDENT
  for (Index c = 0; c < n; ++c) {
    const float sum_a = x[c + from] + x[c + 2 * from], step_a = x[c + from] - x[c + 2 * from];
    const float sum_b = x[c + 3 * from] + x[c + 4 * from];
    const float step_b = x[c + 3 * from] - x[c + 4 * from];
    y[c] = x[c] + sum_a + sum_b;
    y[c + to] = kA * step_a + kB * step_b;
    y[c + 2 * to] = kA2 * sum_a + kB2 * sum_b;
    y[c + 3 * to] = kA * kA2 * step_a + kB * kB2 * step_b + x[c + 5 * from];
  }
}

/// y[i] = G x: six rows from three.
[[gnu::always_inline]] inline void transform_kernel(const float* x, Index from, float* y, Index to,
                                                    Index n) {
  constexpr float kZero = 1 / (kA2 * kB2), kOfA = 1 / (2 * kA2 * (kA2 - kB2));
  constexpr float kOfB = 1 / (2 * kB2 * (kB2 - kA2));
  LINNET_INDEPENDENT
  for (Index c = 0; c < n; ++c) {
    const float x0 = x[c], x1 = x[c + from], x2 = x[c + 2 * from];
    const float even_a = x0 + kA2 * x2, even_b = x0 + kB2 * x2;
    y[c] = kZero * x0;
    y[c + to] = kOfA * (even_a + kA * x1);
    y[c + 2 * to] = kOfA * (even_a - kA * x1);
    y[c + 3 * to] = kOfB * (even_b + kB * x1);
    y[c + 4 * to] = kOfB * (even_b - kB * x1);
    y[c + 5 * to] = x2;
  }
}

}  // namespace linnet::inline v0::winograd
