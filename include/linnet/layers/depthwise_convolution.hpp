// DepthwiseConv1D, DepthwiseConv2D: each channel convolved by itself.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, N sizes, channels * depth_multiplier): channel c is
/// convolved with depth_multiplier kernels of its own. The kernel is (kernel_size..., channels,
/// depth_multiplier).
template <int N>
struct DepthwiseConv {
  static constexpr const char* kName =
      detail::of_axes(N, "DepthwiseConv1D", "DepthwiseConv2D", "DepthwiseConv3D");

  Sizes<N> kernel_size = 0;
  Sizes<N> strides = 1;
  Padding padding = "valid";
  Index depth_multiplier = 1;
  DataFormat data_format = "channels_last";
  Sizes<N> dilation_rate = 1;
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("kernel_size", self.kernel_size);
    field("strides", self.strides);
    field("padding", self.padding);
    field("depth_multiplier", self.depth_multiplier);
    field("data_format", self.data_format);
    field("dilation_rate", self.dilation_rate);
    field("activation", self.activation);
    field("use_bias", self.use_bias);
    field("depthwise_initializer", self.depthwise_initializer);
    field("bias_initializer", self.bias_initializer);
    field("depthwise_regularizer", self.depthwise_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("depthwise_constraint", self.depthwise_constraint);
    field("bias_constraint", self.bias_constraint);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using DepthwiseConv1D = DepthwiseConv<1>;
using DepthwiseConv2D = DepthwiseConv<2>;

}  // namespace linnet::inline v0
