// The sizes of a convolution or a pooling, always with three spatial axes.
#pragma once

#include <algorithm>
#include <array>
#include <linnet/ops/convolution.hpp>
#include <span>

namespace linnet::inline v0 {

/// x (batch, in..., channels) and y (batch, out..., filters) under a window. Missing spatial axes
/// stand in front, with size 1.
struct WindowSizes {
  using Three = std::array<Index, 3>;
  Index batch = 1, channels = 1, filters = 1, groups = 1;
  Three in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1};
  Three stride{1, 1, 1}, dilation{1, 1, 1}, before{0, 0, 0}, after{0, 0, 0};
  int axes = 0;  ///< how many there really are

  WindowSizes(const Shape& x, const Shape& y, std::span<const Index> sizes,
              const ops::Window& window, Index group_count = 1)
      : batch(x[0]), channels(x[-1]), filters(y[-1]), groups(group_count), axes(x.rank() - 2) {
    for (int i = 0; i < axes; ++i) {
      const auto from = static_cast<std::size_t>(i);
      const auto to = static_cast<std::size_t>(3 - axes + i);
      in[to] = x[i + 1];
      out[to] = y[i + 1];
      kernel[to] = sizes[from];
      stride[to] = window.strides[from];
      before[to] = window.before[from];
      after[to] = window.after[from];
      if (!window.dilations.empty()) dilation[to] = window.dilations[from];
    }
  }

  static Index volume(const Three& sizes) { return sizes[0] * sizes[1] * sizes[2]; }
  Index group_channels() const { return channels / groups; }
  Index group_filters() const { return filters / groups; }

  /// The part [first, last) of the window at output `o` of `axis` that lies inside x.
  [[gnu::always_inline]] std::pair<Index, Index> inside(std::size_t axis, Index o) const {
    const Index begin = o * stride[axis] - before[axis], step = dilation[axis];
    const Index first = begin >= 0 ? 0 : (-begin + step - 1) / step;
    const Index last = begin >= in[axis] ? 0 : (in[axis] - begin + step - 1) / step;
    return {std::min(first, kernel[axis]), std::clamp(last, Index{0}, kernel[axis])};
  }

  /// Calls f(k, i) for the elements of the window at output position `o` that lie inside x: k is
  /// the position in the window, i that in x, both counted over the spatial axes row by row.
  template <class F>
  [[gnu::always_inline]] void for_inside(const Three& o, F&& f) const {
    const auto [first0, last0] = inside(0, o[0]);
    const auto [first1, last1] = inside(1, o[1]);
    const auto [first2, last2] = inside(2, o[2]);
    for (Index a = first0; a < last0; ++a) {
      for (Index b = first1; b < last1; ++b) {
        for (Index c = first2; c < last2; ++c) {
          const Index i0 = o[0] * stride[0] - before[0] + a * dilation[0];
          const Index i1 = o[1] * stride[1] - before[1] + b * dilation[1];
          const Index i2 = o[2] * stride[2] - before[2] + c * dilation[2];
          f((a * kernel[1] + b) * kernel[2] + c, (i0 * in[1] + i1) * in[2] + i2);
        }
      }
    }
  }

  /// Calls f(o, i) for all output positions; i counts them row by row.
  template <class F>
  void for_outputs(F&& f) const {
    Index i = 0;
    for (Index a = 0; a < out[0]; ++a) {
      for (Index b = 0; b < out[1]; ++b) {
        for (Index c = 0; c < out[2]; ++c) f(Three{a, b, c}, i++);
      }
    }
  }
};

/// The sizes of a convolution with input x, kernel and output y.
inline WindowSizes convolution_sizes(const Shape& x, const Shape& kernel, const Shape& y,
                                     const ops::Window& window, Index groups) {
  return {x, y, {kernel.begin(), static_cast<std::size_t>(kernel.rank() - 2)}, window, groups};
}

}  // namespace linnet::inline v0
