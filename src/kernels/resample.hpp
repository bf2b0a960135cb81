// Resample, Resampler: resizing as a weighted sum along each axis.
#pragma once

#include <cstdint>
#include <linnet/ops/resize.hpp>
#include <vector>

namespace linnet::inline v0 {

/// An axis of `in` places made into one of `out`: place i is the sum over k < count[i] of
/// weight[i, k] x[start[i] + k].
struct Resample {
  Index in = 0, out = 0;
  Index taps = 0;  ///< the most places that one is made from
  std::vector<Index> start = {}, count = {};
  std::vector<float> weight = {};  ///< (out, taps)

  const float* weights(Index i) const { return weight.data() + i * taps; }
  Index first(Index i) const { return start[static_cast<std::size_t>(i)]; }
  Index used(Index i) const { return count[static_cast<std::size_t>(i)]; }
};

Resample resample(ops::ResizeKind kind, Index in, Index out, bool antialias);
/// The gradient's: dx[j] is the sum of weight[i, k] dy[i] over start[i] + k = j.
Resample transposed(const Resample& forward);

/// Both axes of pictures (rows.in, columns.in, channels).
class Resampler {
 public:
  Resampler(Resample rows, Resample columns, Index channels);

  Index rows() const { return rows_.out; }
  Index row_size() const { return columns_.out * channels_; }
  /// Floats that run() needs for itself.
  Index buffer_size() const;
  /// About how many sums of one element a row takes.
  Index row_cost() const;
  /// Writes rows [begin, end) of the picture y (rows.out, columns.out, channels).
  void run(const float* x, Index begin, Index end, float* buffer, float* y) const;
  void run(const std::uint8_t* x, Index begin, Index end, float* buffer, float* y) const;

 private:
  Resample rows_, columns_;
  Index channels_;
  bool columns_first_;  ///< y's row needs few of the columns of x: those are summed first
};

}  // namespace linnet::inline v0
