// The windows that Keras's paddings make.
#pragma once

#include <linnet/ops/convolution.hpp>
#include <linnet/ops/reduce.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::ops {

/// Strides and paddings with which windows of these sizes move over x (batch, spatial...,
/// channels); `padding`: "valid", "same" or "causal".
Window window_over(const Shape& x, std::span<const Index> sizes, std::span<const Index> strides,
                   std::span<const Index> dilations, std::string_view padding);

/// The transposed convolution of x (batch, spatial..., channels). `output_padding`: by how much the
/// output is longer at its end, a number for each axis, or none for Keras's own length.
ConvolutionInput transposed_over(const Shape& x, std::span<const Index> sizes,
                                 std::span<const Index> strides, std::span<const Index> dilations,
                                 std::string_view padding,
                                 std::span<const Index> output_padding = {});

/// x reduced over `count` windows along `axis`: window i from floor(i n / count) to
/// ceil((i + 1) n / count).
Value adaptive_reduce(ReduceKind kind, const Value& x, int axis, Index count);

/// A depthwise kernel (sizes..., channels, multiplier) as one of `channels` groups: output
/// c * multiplier + m belongs to channel c.
Value grouped_kernel(const Value& kernel);

}  // namespace linnet::inline v0::ops
