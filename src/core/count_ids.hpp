// count_ids: rows of ids as rows of counts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <linnet/core/shape.hpp>

namespace linnet::inline v0::detail {

/// y[r, i] = how often i is among the `width` ids of row r: the sum of the weights there, if they
/// are given, or, if `binary`, 1 for any. Ids outside [0, depth) do not count.
inline void count_ids(const std::int32_t* ids, const float* weights, Index rows, Index width,
                      Index depth, bool binary, float* y) {
  std::fill_n(y, rows * depth, 0.0f);
  for (Index i = 0; i < rows * width; ++i) {
    const std::int32_t id = ids[i];
    if (id < 0 || id >= depth) continue;
    float& count = y[i / width * depth + id];
    count = binary ? 1 : count + (weights != nullptr ? weights[i] : 1);
  }
}

}  // namespace linnet::inline v0::detail
