// Rows of ids as the kernels read them: up to their length, and without a tail of equal ids.
#pragma once

#include <algorithm>
#include <cstdint>
#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

/// The first `length` ids of a row, of which the last counts `1 + repeats` times. Padding makes
/// long tails of equal ids.
struct Trimmed {
  Index length, repeats;
};

inline Trimmed trim(const std::int32_t* ids, Index length) {
  Index end = length;
  while (end > 1 && ids[end - 2] == ids[length - 1]) --end;
  return {end, length - end};
}

/// The number of ids of batch row `b` that are there at all.
inline Index length_of(const std::int32_t* lengths, Index b, Index time) {
  return lengths == nullptr ? time : std::clamp<Index>(lengths[b], 0, time);
}

}  // namespace linnet::inline v0
