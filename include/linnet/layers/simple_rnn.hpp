// SimpleRNN: a fully connected layer that sees its last output, and its cell.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// One step: (x, h) -> (y, h), y = h = activation(x kernel + bias + h recurrent_kernel). Called on
/// x (batch, in) and h (batch, units), or inside RNN. Dropouts as in SimpleRNN.
struct SimpleRNNCell {
  static constexpr const char* kName = "SimpleRNNCell";

  Index units = 0;
  ActivationFunction activation = "tanh";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint recurrent_constraint = {};
  Constraint bias_constraint = {};
  float dropout = 0;
  float recurrent_dropout = 0;
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("units", self.units);
    field("activation", self.activation);
    field("use_bias", self.use_bias);
    field("kernel_initializer", self.kernel_initializer);
    field("recurrent_initializer", self.recurrent_initializer);
    field("bias_initializer", self.bias_initializer);
    field("kernel_regularizer", self.kernel_regularizer);
    field("recurrent_regularizer", self.recurrent_regularizer);
    field("bias_regularizer", self.bias_regularizer);
    field("kernel_constraint", self.kernel_constraint);
    field("recurrent_constraint", self.recurrent_constraint);
    field("bias_constraint", self.bias_constraint);
    field("dropout", self.dropout);
    field("recurrent_dropout", self.recurrent_dropout);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
  std::vector<Index> state_sizes() const { return {units}; }
};

/// (batch, time, in) -> (batch, units), or (batch, time, units) with return_sequences: the steps of
/// a SimpleRNNCell. Other inputs are the first states, which are 0 without; with return_state the
/// last ones are outputs too. Where a mask is false, the state stays; the output stays too (from 0
/// on, whatever the first states), or is 0 with zero_output_for_mask. go_backwards reads time from
/// its end, and outputs come in that order. While training, `dropout` is applied to x and
/// recurrent_dropout to h, by one draw for all steps. `unroll` changes one thing, as in Keras:
/// zero_output_for_mask has no effect. Error: stateful.
struct SimpleRNN {
  static constexpr const char* kName = "SimpleRNN";

  Index units = 0;
  ActivationFunction activation = "tanh";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
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
    field("units", self.units);
    field("activation", self.activation);
    field("use_bias", self.use_bias);
    field("kernel_initializer", self.kernel_initializer);
    field("recurrent_initializer", self.recurrent_initializer);
    field("bias_initializer", self.bias_initializer);
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

}  // namespace linnet::inline v0
