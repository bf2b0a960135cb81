// SeparableConv1D, SeparableConv2D: a depthwise convolution, then one of size 1.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, N sizes, filters): depth_multiplier kernels a channel
/// (depthwise_kernel: kernel_size..., channels, depth_multiplier), then a convolution of size 1
/// over all of them (pointwise_kernel: 1..., channels * depth_multiplier, filters), bias,
/// activation.
template <int N>
struct SeparableConv {
  static constexpr const char* kName =
      detail::of_axes(N, "SeparableConv1D", "SeparableConv2D", "SeparableConv3D");

  Index filters = 0;
  Sizes<N> kernel_size = 0;
  Sizes<N> strides = 1;
  Padding padding = "valid";
  DataFormat data_format = "channels_last";
  Sizes<N> dilation_rate = 1;
  Index depth_multiplier = 1;
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer pointwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("filters", self.filters);
    field("kernel_size", self.kernel_size);
    field("strides", self.strides);
    field("padding", self.padding);
    field("data_format", self.data_format);
    field("dilation_rate", self.dilation_rate);
    field("depth_multiplier", self.depth_multiplier);
    field("activation", self.activation);
    field("use_bias", self.use_bias);
    field("depthwise_initializer", self.depthwise_initializer);
    field("pointwise_initializer", self.pointwise_initializer);
    field("bias_initializer", self.bias_initializer);
    field("depthwise_regularizer", self.depthwise_regularizer);
    field("pointwise_regularizer", self.pointwise_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("depthwise_constraint", self.depthwise_constraint);
    field("pointwise_constraint", self.pointwise_constraint);
    field("bias_constraint", self.bias_constraint);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using SeparableConv1D = SeparableConv<1>;
using SeparableConv2D = SeparableConv<2>;

}  // namespace linnet::inline v0
