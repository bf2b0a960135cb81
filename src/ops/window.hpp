// The windows that Keras's paddings make.
#pragma once

#include <linnet/ops/convolution.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::ops {

/// Strides and paddings with which windows of these sizes move over x (batch, spatial...,
/// channels); `padding`: "valid", "same" or "causal".
Window window_over(const Shape& x, std::span<const Index> sizes, std::span<const Index> strides,
                   std::span<const Index> dilations, std::string_view padding);

/// A depthwise kernel (sizes..., channels, multiplier) as one of `channels` groups: output
/// c * multiplier + m belongs to channel c.
Value grouped_kernel(const Value& kernel);

}  // namespace linnet::inline v0::ops
