// Slice: what one thread computes of a convolution: some images, or some rows of one image.
#pragma once

#include <numeric>
#include <vector>

#include "kernels/window.hpp"

namespace linnet::inline v0 {

/// Rows run along the first of the spatial axes that there really are.
struct Slice {
  Index image = 0, images = 1;
  Index in = 0, ins = 1;        ///< first row of x, how many
  Index out = 0, outs = 1;      ///< the same of y
  Index before = 0, after = 0;  ///< padding of these rows of x
  bool fits = true;             ///< false: rows without a part of the other side
};

/// How many slices there are where a result must not depend on the number of threads.
inline constexpr Index kFixedSlices = 8;

/// Cuts convolutions into slices by the rows of y, or by those of x.
class Slicer {
 public:
  Slicer(const WindowSizes& sizes, bool by_input)
      : by_input_(by_input),
        axis_(static_cast<std::size_t>(3 - sizes.axes)),
        batch_(sizes.batch),
        in_(sizes.in[axis_]),
        out_(sizes.out[axis_]),
        stride_(sizes.stride[axis_]),
        before_(sizes.before[axis_]),
        range_((sizes.kernel[axis_] - 1) * sizes.dilation[axis_] + 1) {}

  /// About `count` slices of equal size; the whole if rows cannot be cut.
  std::vector<Slice> cut(Index count) const {
    const bool by_images = batch_ % count == 0 || batch_ >= 4 * count;
    std::vector<Slice> slices;
    if (by_images) {
      for (Index i = 0; i < count; ++i) {
        const Index first = batch_ * i / count, last = batch_ * (i + 1) / count;
        slices.push_back(images(first, last - first));
      }
      return slices;
    }
    const Index rows = by_input_ ? in_ : out_;
    const Index stripes = std::clamp<Index>(count / std::gcd(batch_, count), 1, (rows + 1) / 2);
    if (stripes == 1) return cut(std::gcd(batch_, count));
    for (Index image = 0; image < batch_; ++image) {
      for (Index i = 0; i < stripes; ++i) {
        const Index first = edge(rows, i, stripes), last = edge(rows, i + 1, stripes);
        slices.push_back(by_input_ ? stripe_of_x(first, last) : stripe_of_y(first, last));
        slices.back().image = image;
        if (!slices.back().fits) return cut(1);
      }
    }
    return slices;
  }

 private:
  /// Where stripe i begins; in x at a multiple of the stride.
  Index edge(Index rows, Index i, Index stripes) const {
    const Index step = by_input_ ? stride_ : 1;
    return i == stripes ? rows : rows * i / stripes / step * step;
  }

  Slice images(Index first, Index count) const {
    const Index after = (out_ - 1) * stride_ + range_ - before_ - in_;
    return {first, count, 0, in_, 0, out_, before_, after};
  }

  /// The rows [first, last) of y and what they read; the rows that a stride skips count with
  /// them, as in the whole, since oneDNN is quick for 1x1 kernels only if they are there.
  Slice stripe_of_y(Index first, Index last) const {
    const Index begin = first * stride_ - before_, end = (last - 1) * stride_ - before_ + range_;
    const Index in = std::clamp<Index>(begin, 0, in_);
    const Index stop = std::clamp(end + std::max<Index>(0, stride_ - range_), in, in_);
    return {0, 1, in, stop - in, first, last - first, in - begin, end - stop, stop > in};
  }

  /// The rows [first, last) of x and those of y that read them.
  Slice stripe_of_x(Index first, Index last) const {
    const Index reached = std::max<Index>(0, first + before_ - range_ + 1);
    const Index out = (reached + stride_ - 1) / stride_;
    const Index stop = std::min(out_, (last - 1 + before_) / stride_ + 1);
    const Index before = before_ + first - out * stride_;
    const Index after = (stop - out - 1) * stride_ + range_ - before - (last - first);
    const bool fits = last > first && stop > out && before >= 0 && after > -stride_;
    return {0, 1, first, last - first, out, stop - out, before, after, fits};
  }

  bool by_input_;
  std::size_t axis_;
  Index batch_, in_, out_, stride_, before_, range_;
};

}  // namespace linnet::inline v0
