// What the kernels of masked sequences share.
#pragma once

#include <algorithm>
#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

/// (b, t, d): the sizes of a sequence's batch, time and the product of the rest.
struct SequenceSizes {
  Index b, t, d;
  explicit SequenceSizes(const Shape& x) : b(x[0]), t(x[1]), d(x.elements(2, x.rank())) {}
};

/// 1 / number of true values of t, 0 for none.
inline float share_of(const bool* mask, Index t) {
  const auto count = std::count(mask, mask + t, true);
  return count == 0 ? 0 : 1 / static_cast<float>(count);
}

}  // namespace linnet::inline v0
