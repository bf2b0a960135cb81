#include "layers/spatial.hpp"

#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The axes in order, with the channels moved from `from` to `to`.
std::vector<Index> moved_channels(int rank, int from, int to) {
  std::vector<Index> perm;
  for (Index axis = 0; axis < rank; ++axis) {
    if (axis != from) perm.push_back(axis);
  }
  perm.insert(perm.begin() + to, from);
  return perm;
}

}  // namespace

Value to_channels_last(const Value& x, DataFormat format, int spatial_axes) {
  const int rank = x.shape().rank();
  if (rank != spatial_axes + 2) {
    const char* names[] = {"(batch, steps, channels)", "(batch, height, width, channels)",
                           "(batch, depth, height, width, channels)"};
    fail(ErrorCode::shape_mismatch, cat("expected ", names[spatial_axes - 1], ", got ", x.shape(),
                                        ops::batch_hint(x.shape(), spatial_axes + 2)));
  }
  if (format == "channels_last") return x;
  return ops::transpose(x, moved_channels(rank, 1, rank - 1));
}

Value to_format(const Value& y, DataFormat format) {
  if (format == "channels_last") return y;
  const int rank = y.shape().rank();
  return ops::transpose(y, moved_channels(rank, rank - 1, 1));
}

ops::Window window_over(const Shape& x, std::span<const Index> sizes,
                        std::span<const Index> strides, std::span<const Index> dilations,
                        Padding padding) {
  return ops::window_over(x, sizes, strides, dilations, padding.word());
}

void require_sizes(std::span<const Index> sizes, std::span<const Index> strides,
                   std::span<const Index> dilations) {
  bool strided = false, dilated = false;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    require({}, "kernel_size", sizes[i], kSize);
    require({}, "strides", strides[i], kSize);
    require({}, "dilation_rate", dilations[i], kSize);
    strided = strided || strides[i] > 1;
    dilated = dilated || dilations[i] > 1;
  }
  if (strided && dilated) {
    fail(ErrorCode::invalid_argument, "strides and dilation_rate cannot both differ from 1");
  }
}

Index require_channels(const Value& x, Index groups) {
  const Index channels = x.shape()[-1];
  if (channels == any) {
    fail(ErrorCode::shape_mismatch, cat("the number of channels of ", x.shape(), " must be known"));
  }
  require({}, "groups", groups, kPositive);
  if (channels % groups != 0) {
    fail(ErrorCode::shape_mismatch,
         cat("expected a multiple of ", groups, " channels (groups), got ", channels));
  }
  return channels;
}

}  // namespace linnet::inline v0::detail
