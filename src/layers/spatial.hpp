// What emit() of the layers over space shares.
#pragma once

#include <linnet/layers/spatial.hpp>
#include <linnet/ops/convolution.hpp>

namespace linnet::inline v0::detail {

/// x with its channels last. Error: x has not N spatial axes.
Value to_channels_last(const Value& x, DataFormat format, int spatial_axes);
/// y, made with its channels last, in the layer's format.
Value to_format(const Value& y, DataFormat format);

/// Strides and paddings with which windows of these sizes move over x (channels last).
ops::Window window_over(const Shape& x, std::span<const Index> sizes,
                        std::span<const Index> strides, std::span<const Index> dilations,
                        Padding padding);

/// Error: a size that is not positive, or a stride and a dilation that both differ from 1.
void require_sizes(std::span<const Index> sizes, std::span<const Index> strides,
                   std::span<const Index> dilations);

/// The channels of x, which must be known and a multiple of `groups`.
Index require_channels(const Value& x, Index groups);

}  // namespace linnet::inline v0::detail
