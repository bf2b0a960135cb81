// ConvLSTM1D, ConvLSTM2D, ConvLSTM3D: an LSTM whose products are convolutions (Shi et al., 2015).
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/layers/spatial.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// (batch, time, N sizes, channels) -> (batch, N sizes, filters), or with time where
/// return_sequences is set: the steps of an LSTM with x * kernel + bias for x kernel and
/// h * recurrent_kernel, which keeps the sizes, for h recurrent_kernel. Kernels are
/// (kernel_size..., channels or filters, 4 filters). What else there is, as in SimpleRNN and LSTM;
/// each gate draws its own dropout.
template <int N>
struct ConvLSTM {
  static constexpr const char* kName = detail::of_axes(N, "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D");

  Index filters = 0;
  Sizes<N> kernel_size = 0;
  Sizes<N> strides = 1;
  Padding padding = "valid";
  DataFormat data_format = "channels_last";
  Sizes<N> dilation_rate = 1;
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  bool unit_forget_bias = true;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  float dropout = 0;
  float recurrent_dropout = 0;
  std::optional<Index> seed = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("filters", self.filters);
    field("kernel_size", self.kernel_size);
    field("strides", self.strides);
    field("padding", self.padding);
    field("data_format", self.data_format);
    field("dilation_rate", self.dilation_rate);
    field("activation", self.activation);
    field("recurrent_activation", self.recurrent_activation);
    field("use_bias", self.use_bias);
    field("kernel_initializer", self.kernel_initializer);
    field("recurrent_initializer", self.recurrent_initializer);
    field("bias_initializer", self.bias_initializer);
    field("unit_forget_bias", self.unit_forget_bias);
    field("kernel_regularizer", self.kernel_regularizer);
    field("recurrent_regularizer", self.recurrent_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("activity_regularizer", self.activity_regularizer);
    field("kernel_constraint", self.kernel_constraint);
    field("recurrent_constraint", self.recurrent_constraint);
    field("bias_constraint", self.bias_constraint);
    field("dropout", self.dropout);
    field("recurrent_dropout", self.recurrent_dropout);
    field("seed", self.seed);
    field("return_sequences", self.return_sequences);
    field("return_state", self.return_state);
    field("go_backwards", self.go_backwards);
    field("stateful", self.stateful);
    field("unroll", self.unroll);
    field("zero_output_for_mask", self.zero_output_for_mask);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

using ConvLSTM1D = ConvLSTM<1>;
using ConvLSTM2D = ConvLSTM<2>;
using ConvLSTM3D = ConvLSTM<3>;

}  // namespace linnet::inline v0
