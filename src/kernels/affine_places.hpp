// Where in a picture an affine transform reads, and what it reads beyond the edges.
#pragma once

#include <algorithm>
#include <cmath>
#include <linnet/ops/affine_transform.hpp>

namespace linnet::inline v0 {

/// The numbers of one picture: column u = a0 j + a1 i + a2 and row v = b0 j + b1 i + b2.
struct AffineNumbers {
  float a0, a1, a2, b0, b1, b2;
  explicit AffineNumbers(const float* n)
      : a0(n[0]), a1(n[1]), a2(n[2]), b0(n[3]), b1(n[4]), b2(n[5]) {}
  float column(Index i, Index j) const {
    return bounded(a0 * static_cast<float>(j) + a1 * static_cast<float>(i) + a2);
  }
  float row(Index i, Index j) const {
    return bounded(b0 * static_cast<float>(j) + b1 * static_cast<float>(i) + b2);
  }

 private:
  /// What an int32 can hold; NaN is far outside.
  static float bounded(float place) {
    constexpr float kFar = 1 << 30;
    return place > -kFar ? std::min(place, kFar) : -kFar;
  }
};

/// Place i of an axis of `size` places, as a place inside; -1: the fill value lies there.
inline Index place_inside(Index i, Index size, FillMode mode) {
  if (i >= 0 && i < size) return i;
  if (mode == FillMode("constant")) return -1;
  if (mode == FillMode("nearest")) return std::clamp<Index>(i, 0, size - 1);
  const Index period = mode == FillMode("wrap") ? size : 2 * size;
  const Index at = (i % period + period) % period;
  return at < size ? at : period - 1 - at;
}

/// What is read along one axis: one place or two neighbours, with weights that sum to 1.
struct AxisPlaces {
  Index at[2];  ///< -1: the fill value
  float weight[2];
  int count;

  AxisPlaces(float place, Index size, AffineInterpolation interpolation, FillMode mode) {
    if (interpolation == AffineInterpolation("nearest")) {
      count = 1;
      at[0] = place_inside(static_cast<Index>(std::round(place)), size, mode);
      weight[0] = 1;
      return;
    }
    const float low = std::floor(place);
    count = 2;
    for (int k = 0; k < 2; ++k) at[k] = place_inside(static_cast<Index>(low) + k, size, mode);
    weight[1] = place - low;
    weight[0] = 1 - weight[1];
  }
};

}  // namespace linnet::inline v0
