// Strides: how far apart neighbours along each axis are, and walks over positions of a shape.
#pragma once

#include <array>
#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

/// By axis, in elements.
using Strides = std::array<Index, Shape::kMaxRank>;

/// Those of a dense row-major tensor.
inline Strides strides_of(const Shape& shape) {
  Strides strides{};
  Index step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[static_cast<std::size_t>(axis)] = step;
    step *= shape[axis];
  }
  return strides;
}

/// Those with which x is read along the axes of y, to which it is broadcast: 0 where it repeats.
inline Strides broadcast_strides(const Shape& x, const Shape& y) {
  const Strides own = strides_of(x);
  Strides strides{};
  const int extra = y.rank() - x.rank();
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (x[axis] == 1) continue;
    strides[static_cast<std::size_t>(axis + extra)] = own[static_cast<std::size_t>(axis)];
  }
  return strides;
}

/// Calls f(i, at) for the positions i = 0, 1, ... of `shape`, row by row; at[k] is the offset that
/// strides[k] give for the position.
template <std::size_t N, class F>
void walk(const Shape& shape, const std::array<Strides, N>& strides, F&& f) {
  const Index count = shape.elements();
  std::array<Index, Shape::kMaxRank> position{};
  std::array<Index, N> at{};
  for (Index i = 0; i < count; ++i) {
    f(i, at);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      const bool carry = ++position[a] == shape[axis];
      const Index steps = carry ? 1 - shape[axis] : 1;
      for (std::size_t k = 0; k < N; ++k) at[k] += steps * strides[k][a];
      if (!carry) break;
      position[a] = 0;
    }
  }
}

/// A tensor seen as (outer, size, inner) around one axis.
struct AxisView {
  Index outer = 1, size = 1, inner = 1;
};
inline AxisView view_around(const Shape& shape, Index axis) {
  const int at = shape.wrap(static_cast<int>(axis));
  return {shape.elements(0, at), shape[at], shape.elements(at + 1, shape.rank())};
}

}  // namespace linnet::inline v0
