// Conv1D, Conv2D, Conv3D: convolution over space.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, N sizes, filters): y = activation(x * kernel + bias), the
/// kernel being (kernel_size..., channels / groups, filters). With groups, channels and filters
/// are cut into equal runs that see nothing of one another. strides and dilation_rate cannot both
/// differ from 1.
template <int N>
struct Conv {
  static constexpr const char* kName = detail::of_axes(N, "Conv1D", "Conv2D", "Conv3D");

  Index filters = 0;
  Sizes<N> kernel_size = 0;
  Sizes<N> strides = 1;
  Padding padding = "valid";
  DataFormat data_format = "channels_last";
  Sizes<N> dilation_rate = 1;
  Index groups = 1;
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
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
    field("groups", self.groups);
    field("activation", self.activation);
    field("use_bias", self.use_bias);
    field("kernel_initializer", self.kernel_initializer);
    field("bias_initializer", self.bias_initializer);
    field("kernel_regularizer", self.kernel_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("kernel_constraint", self.kernel_constraint);
    field("bias_constraint", self.bias_constraint);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using Conv1D = Conv<1>;
using Conv2D = Conv<2>;
using Conv3D = Conv<3>;

}  // namespace linnet::inline v0
