// Functions whose windows move over pictures and sequences: pooling and convolutions.
#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/pooling.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/field.hpp"
#include "operations/operations.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr Index kMostWindows = 1024;  ///< of an axis, each a node of its own

template <ops::PoolKind kKind>
Values pool(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  const std::size_t axes = field.axes();
  const std::vector<Index> sizes = for_axes(in, "pool_size", axes, {});
  const std::vector<Index> strides = for_axes(in, "strides", axes, sizes), dense(axes, 1);
  ops::Window window = ops::window_over(field.x.shape(), sizes, strides, dense, padding_of(in));
  window.dilations.clear();
  const Value y = field.result(apply(ops::Pool{kKind, sizes, std::move(window)}, {field.x}));
  return {kKind == ops::PoolKind::max ? ops::cast(y, in.value("inputs").dtype()) : y};
}

/// output_size windows along each axis, reduced.
template <ops::ReduceKind kKind>
Values adaptive_pool(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  const std::vector<Index> counts = for_axes(in, "output_size", field.axes(), {});
  Value y = field.x;
  for (int axis = 1; axis <= static_cast<int>(counts.size()); ++axis) {
    const Index count = few(counts[static_cast<std::size_t>(axis) - 1], "windows", kMostWindows);
    if (y.shape()[axis] == 0) {
      fail(ErrorCode::shape_mismatch, cat("cannot pool over no positions, got ", y.shape()));
    }
    y = ops::adaptive_reduce(kKind, y, axis, count);
  }
  y = field.result(y);
  return {kKind == ops::ReduceKind::max ? ops::cast(y, in.value("inputs").dtype()) : y};
}

/// The spatial sizes of a kernel for such a field.
std::vector<Index> sizes_of(const Field& field, const Value& kernel) {
  const Shape& shape = kernel.shape();
  if (shape.rank() != field.x.shape().rank() || !shape.known()) {
    fail(ErrorCode::shape_mismatch, cat("a kernel of shape ", shape, " for ", field.x.shape()));
  }
  return {shape.begin(), shape.end() - 2};
}

Value convolved(const Arguments& in, const Field& field, const Value& kernel, Index groups) {
  const std::size_t axes = field.axes();
  const std::vector<Index> sizes = sizes_of(field, kernel);
  const ops::Window window =
      ops::window_over(field.x.shape(), sizes, for_axes(in, "strides", axes, {1}),
                       for_axes(in, "dilation_rate", axes, {1}), padding_of(in));
  return apply(ops::Convolution{window, groups}, {field.x, kernel});
}

Values convolution(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  const Value kernel = in.floats("kernel");
  sizes_of(field, kernel);
  const Index channels = field.x.shape()[-1], seen = kernel.shape()[-2];
  if (channels == any || seen < 1 || channels % seen != 0) {
    fail(ErrorCode::shape_mismatch,
         cat("a kernel of shape ", kernel.shape(), " for ", field.x.shape()));
  }
  return {field.result(convolved(in, field, kernel, channels / seen))};
}

/// Each channel by itself.
Value each_channel(const Arguments& in, const Field& field, std::string_view name) {
  const Value kernel = in.floats(name);
  sizes_of(field, kernel);
  const Index channels = field.x.shape()[-1];
  if (channels == any || channels != kernel.shape()[-2]) {
    fail(ErrorCode::shape_mismatch,
         cat("a kernel of shape ", kernel.shape(), " for ", field.x.shape()));
  }
  return convolved(in, field, ops::grouped_kernel(kernel), channels);
}

Values depthwise(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  return {field.result(each_channel(in, field, "kernel"))};
}

Values separable(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  const Value each = each_channel(in, field, "depthwise_kernel");
  const Value kernel = in.floats("pointwise_kernel");
  const std::vector<Index> sizes = sizes_of({each}, kernel), one(field.axes(), 1);
  const ops::Window window = ops::window_over(each.shape(), sizes, one, one, "valid");
  return {field.result(apply(ops::Convolution{window, 1}, {each, kernel}))};
}

/// A convolution backwards: the kernel is (sizes..., outputs, inputs).
Values transposed(const Arguments& in) {
  const Field field = field_of(in, in.floats("inputs"));
  const std::size_t axes = field.axes();
  const Value kernel = in.floats("kernel");
  const std::vector<Index> sizes = sizes_of(field, kernel), more = in.integers("output_padding");
  if (field.x.shape()[-1] != kernel.shape()[-1]) {
    fail(ErrorCode::shape_mismatch,
         cat("a kernel of shape ", kernel.shape(), " for ", field.x.shape()));
  }
  const std::vector<Index> longer =
      more.empty() ? more : for_axes(in, "output_padding", axes, {}, 0);
  return {field.result(
      apply(ops::transposed_over(field.x.shape(), sizes, for_axes(in, "strides", axes, {1}),
                                 for_axes(in, "dilation_rate", axes, {1}), padding_of(in), longer),
            {field.x, kernel}))};
}

constexpr OperationInfo kWindowTable[] = {
    {"nn.MaxPool", "inputs", pool<ops::PoolKind::max>},
    {"nn.AveragePool", "inputs", pool<ops::PoolKind::average>},
    {"nn.AdaptiveMaxPool", "inputs", adaptive_pool<ops::ReduceKind::max>},
    {"nn.AdaptiveAveragePool", "inputs", adaptive_pool<ops::ReduceKind::mean>},
    {"nn.Conv", "inputs kernel", convolution},
    {"nn.ConvTranspose", "inputs kernel", transposed},
    {"nn.DepthwiseConv", "inputs kernel", depthwise},
    {"nn.SeparableConv", "inputs depthwise_kernel pointwise_kernel", separable},
};

}  // namespace

std::span<const OperationInfo> window_operations() { return kWindowTable; }

}  // namespace linnet::inline v0::detail
