// Cutting elementwise work into pieces that do not depend on the number of threads.
#pragma once

#include <array>

#include "kernels/strides.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

/// Elements that a thread should have before another one is worth waking.
inline constexpr Index kGrain = 32 * 1024;
/// The same where each element costs an exp or more.
inline constexpr Index kCostlyGrain = 8 * 1024;
/// Elements that one call of a kernel function gets; elements keep their place in a vector for any
/// number of threads.
inline constexpr Index kBlock = 4096;

/// Calls f(begin, size) for the blocks of [0, count).
template <class F>
void for_blocks(int threads, Index count, Index grain, F f) {
  parallel_for(threads, (count + kBlock - 1) / kBlock, grain / kBlock,
               [&](Index first, Index last) {
                 for (Index i = first; i < last; ++i)
                   f(i * kBlock, std::min(kBlock, count - i * kBlock));
               });
}

/// N operands that are broadcast to one shape, as rows along which each operand either moves by
/// one element (step 1) or repeats (step 0).
template <std::size_t N>
struct BroadcastRows {
  Shape outer = {};  ///< of the rows
  Index count = 1, size = 1;
  std::array<Index, N> step{};
  std::array<Strides, N> strides{};

  /// Joins neighbouring axes of `shape` along which all operands go on evenly.
  BroadcastRows(const Shape& shape, const std::array<Strides, N>& of) {
    Shape joined;
    std::array<Strides, N> by{};
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      const auto from = static_cast<std::size_t>(axis);
      const int last = joined.rank() - 1;
      const auto to = static_cast<std::size_t>(std::max(last, 0));
      bool even = last >= 0;
      for (std::size_t k = 0; k < N; ++k) even = even && by[k][to] == of[k][from] * shape[axis];
      if (even) {
        joined = joined.with(last, joined[last] * shape[axis]);
      } else {
        joined = joined.joined({shape[axis]});
      }
      const auto at = static_cast<std::size_t>(joined.rank() - 1);
      for (std::size_t k = 0; k < N; ++k) by[k][at] = of[k][from];
    }
    if (joined.rank() == 0) return;
    const auto at = static_cast<std::size_t>(joined.rank() - 1);
    outer = joined.slice(0, joined.rank() - 1);
    count = outer.elements();
    size = joined[-1];
    strides = by;
    for (std::size_t k = 0; k < N; ++k) step[k] = by[k][at];
  }

  /// True if every operand's step is 0 or 1.
  bool simple() const {
    return std::all_of(step.begin(), step.end(), [](Index s) { return s == 0 || s == 1; });
  }

  /// Where each operand's part of a row begins.
  std::array<Index, N> start(Index row) const {
    std::array<Index, N> at{};
    for (int axis = outer.rank() - 1; axis >= 0; --axis) {
      const Index position = axis == 0 ? row : row % outer[axis];
      if (axis > 0) row /= outer[axis];
      for (std::size_t k = 0; k < N; ++k)
        at[k] += position * strides[k][static_cast<std::size_t>(axis)];
    }
    return at;
  }
};

/// Calls f(starts, y, size) for pieces of rows: where the operands' and y's elements begin.
template <std::size_t N, class F>
void for_row_blocks(int threads, const BroadcastRows<N>& rows, Index grain, F f) {
  const Index blocks = (rows.size + kBlock - 1) / kBlock;
  const Index each = std::max<Index>(1, std::min(rows.size, kBlock));
  parallel_for(threads, rows.count * blocks, grain / each, [&](Index first, Index last) {
    for (Index i = first; i < last; ++i) {
      const Index row = blocks == 1 ? i : i / blocks;
      const Index begin = (i - row * blocks) * kBlock;
      auto at = rows.start(row);
      for (std::size_t k = 0; k < N; ++k) at[k] += begin * rows.step[k];
      f(at, row * rows.size + begin, std::min(kBlock, rows.size - begin));
    }
  });
}

}  // namespace linnet::inline v0
