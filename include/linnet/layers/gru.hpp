// GRU: gated recurrent unit (Cho et al., 2014), and its cell.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

namespace linnet::inline v0 {

/// One step: (x, h) -> (y, h). With x kernel + bias = (z, r, g) and h recurrent_kernel (+ its own
/// bias: row 1 of the bias (2, 3 units)) = (z', r', g'), a the activation, s the recurrent one:
///   z = s(z + z'), r = s(r + r'), y = h = z h + (1 - z) a(g + r g')
/// Without reset_after the bias is (3 units), and g' is made of r h in the place of r g' of h.
struct GRUCell {
  static constexpr const char* kName = "GRUCell";

  Index units = 0;
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
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
  bool reset_after = true;
  int implementation = 2;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("units", self.units);
    field("activation", self.activation);
    field("recurrent_activation", self.recurrent_activation);
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
    field("reset_after", self.reset_after);
    field("implementation", self.implementation);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
  std::vector<Index> state_sizes() const { return {units}; }
};

/// (batch, time, in) -> (batch, units), or (batch, time, units) with return_sequences: the steps of
/// a GRUCell. What else there is, as in SimpleRNN and LSTM.
struct GRU {
  static constexpr const char* kName = "GRU";

  Index units = 0;
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
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
  bool reset_after = true;
  int implementation = 2;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("units", self.units);
    field("activation", self.activation);
    field("recurrent_activation", self.recurrent_activation);
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
    field("reset_after", self.reset_after);
    field("implementation", self.implementation);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
