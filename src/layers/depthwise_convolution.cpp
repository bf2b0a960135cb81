#include <linnet/layers/depthwise_convolution.hpp>
#include <linnet/layers/separable_convolution.hpp>

#include "core/require.hpp"
#include "layers/affine.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0 {

namespace {

template <int N>
Shape depthwise_shape(const Sizes<N>& sizes, Index channels, Index multiplier) {
  detail::require({}, "depth_multiplier", multiplier, detail::kSize);
  std::vector<Index> shape(sizes.begin(), sizes.end());
  shape.push_back(channels);
  shape.push_back(multiplier);
  return Shape(shape);
}

}  // namespace

template <int N>
Value DepthwiseConv<N>::emit(Scope& scope, const Call& call) const {
  detail::require_sizes(kernel_size, strides, dilation_rate);
  const Value x = detail::to_channels_last(detail::floats(call), data_format, N);
  const Index channels = detail::require_channels(x, 1);
  const Value kernel = scope.parameter(
      "kernel", depthwise_shape(kernel_size, channels, depth_multiplier), depthwise_initializer,
      {.penalty = depthwise_regularizer, .constraint = depthwise_constraint});
  Values inputs{x, ops::grouped_kernel(kernel)};
  detail::append_bias(*this, scope, channels * depth_multiplier, inputs);
  const auto window = detail::window_over(x.shape(), kernel_size, strides, dilation_rate, padding);
  const Value sum = linnet::apply(ops::Convolution{window, channels}, std::move(inputs));
  return detail::activated(*this, scope, detail::to_format(sum, data_format));
}

template <int N>
Value SeparableConv<N>::emit(Scope& scope, const Call& call) const {
  detail::require({}, "filters", filters, detail::kSize);
  detail::require_sizes(kernel_size, strides, dilation_rate);
  const Value x = detail::to_channels_last(detail::floats(call), data_format, N);
  const Index channels = detail::require_channels(x, 1);
  const Value depthwise =
      scope.parameter("depthwise_kernel", depthwise_shape(kernel_size, channels, depth_multiplier),
                      depthwise_initializer,
                      {.penalty = depthwise_regularizer, .constraint = depthwise_constraint});
  const auto window = detail::window_over(x.shape(), kernel_size, strides, dilation_rate, padding);
  const Value each =
      linnet::apply(ops::Convolution{window, channels}, {x, ops::grouped_kernel(depthwise)});
  const Sizes<N> one = 1;
  std::vector<Index> shape(one.begin(), one.end());
  shape.push_back(channels * depth_multiplier);
  shape.push_back(filters);
  Values inputs{each, scope.parameter(
                          "pointwise_kernel", Shape(shape), pointwise_initializer,
                          {.penalty = pointwise_regularizer, .constraint = pointwise_constraint})};
  detail::append_bias(*this, scope, filters, inputs);
  const auto point = detail::window_over(each.shape(), one, one, one, "valid");
  const Value sum = linnet::apply(ops::Convolution{point, 1}, std::move(inputs));
  return detail::activated(*this, scope, detail::to_format(sum, data_format));
}

template struct DepthwiseConv<1>;
template struct DepthwiseConv<2>;
template struct SeparableConv<1>;
template struct SeparableConv<2>;

}  // namespace linnet::inline v0
