// Folding a row of numbers in vector lanes: sum, max, min, dot product, in one fixed order.
#pragma once

#include <limits>
#include <linnet/core/shape.hpp>

#include "kernels/target.hpp"

namespace linnet::inline v0 {

inline constexpr Index kLanes = 16;

struct Sum {
  static constexpr float kFirst = 0;
  [[gnu::always_inline]] float operator()(float a, float b) const { return a + b; }
};
struct Max {  // NaN stays
  static constexpr float kFirst = -std::numeric_limits<float>::infinity();
  [[gnu::always_inline]] float operator()(float a, float b) const {
    return ((b > a) | (b != b)) ? b : a;
  }
};
struct Min {
  static constexpr float kFirst = std::numeric_limits<float>::infinity();
  [[gnu::always_inline]] float operator()(float a, float b) const {
    return ((b < a) | (b != b)) ? b : a;
  }
};

/// f over get(0), ..., get(n - 1).
template <class F, class Get>
[[gnu::always_inline]] inline float fold(Index n, F f, Get get) {
  if (n < 2 * kLanes) {
    float y = F::kFirst;
    for (Index i = 0; i < n; ++i) y = f(y, get(i));
    return y;
  }
  float part[kLanes];
  for (Index l = 0; l < kLanes; ++l) part[l] = F::kFirst;
  Index i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    LINNET_LANES
    for (Index l = 0; l < kLanes; ++l) part[l] = f(part[l], get(i + l));
  }
  for (Index l = 0; i < n; ++i, ++l) part[l] = f(part[l], get(i));
  for (Index step = kLanes / 2; step > 0; step /= 2) {
    for (Index l = 0; l < step; ++l) part[l] = f(part[l], part[l + step]);
  }
  return part[0];
}

template <class F>
[[gnu::always_inline]] inline float fold(const float* x, Index n, F f) {
  return fold(
      n, f, [x](Index i) __attribute__((always_inline)) { return x[i]; });
}

}  // namespace linnet::inline v0
