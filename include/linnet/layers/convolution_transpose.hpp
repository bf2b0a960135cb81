// Conv1DTranspose, Conv2DTranspose, Conv3DTranspose: convolution run backwards.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// (batch, N sizes, channels) -> (batch, N sizes, filters): what a convolution with this kernel
/// (kernel_size..., filters, channels), strides and padding would have made its input from. A size
/// becomes size * strides for padding same, size * strides + max(kernel_size - strides, 0) for
/// valid, or (size - 1) * strides + kernel_size - 2 * pad + output_padding if that is given, pad
/// being kernel_size / 2 for same and 0 for valid.
template <int N>
struct ConvTranspose {
  static constexpr const char* kName =
      detail::of_axes(N, "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose");

  Index filters = 0;
  Sizes<N> kernel_size = 0;
  Sizes<N> strides = 1;
  Padding padding = "valid";
  std::optional<Sizes<N>> output_padding = {};
  DataFormat data_format = "channels_last";
  Sizes<N> dilation_rate = 1;
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
    field("output_padding", self.output_padding);
    field("data_format", self.data_format);
    field("dilation_rate", self.dilation_rate);
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

using Conv1DTranspose = ConvTranspose<1>;
using Conv2DTranspose = ConvTranspose<2>;
using Conv3DTranspose = ConvTranspose<3>;

}  // namespace linnet::inline v0
