// RecurrentCell: what the formulas of the built-in cells need, of cells and of layers made of them.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/initializers.hpp>
#include <linnet/ops/recurrence.hpp>

namespace linnet::inline v0::detail {

struct RecurrentCell {
  ops::RecurrenceKind kind;
  Index units;
  ActivationFunction activation = {}, recurrent_activation = {};
  bool reset_after = true;
  float dropout = 0, recurrent_dropout = 0;
  std::optional<Index> seed = {};
  bool by_gate = false;  ///< each gate draws its own dropout

  Index gates() const { return ops::Recurrence{.kind = kind}.gates(); }
  int states() const { return ops::Recurrence{.kind = kind}.states(); }
};

/// kernel (in, gates * units), recurrent_kernel (units, gates * units), the bias of x and that of
/// h recurrent_kernel (gates * units) or empty.
struct RecurrentWeights {
  Value kernel, recurrent_kernel, bias = {}, recurrent_bias = {};
};

/// Error: numbers that are out of range.
void check_cell(const RecurrentCell& cell);
/// Error: x is not (batch, features) or (batch, time, features), as `rank` says.
Index features_of(const Value& x, int rank);
/// `fill`, but 1 for the gate f of an lstm.
Fill with_forget_bias(Fill fill, Index units);
/// The two halves of a gru's bias (2, n), or all of it as that of x.
void set_bias(RecurrentWeights& weights, const Value& bias);

template <class L>
RecurrentCell cell_of(const L& layer) {
  RecurrentCell cell{.kind = ops::RecurrenceKind::simple,
                     .units = layer.units,
                     .activation = layer.activation,
                     .dropout = layer.dropout,
                     .recurrent_dropout = layer.recurrent_dropout,
                     .seed = layer.seed};
  if constexpr (requires { layer.recurrent_activation; }) {
    cell.kind = ops::RecurrenceKind::lstm;
    cell.recurrent_activation = layer.recurrent_activation;
    cell.by_gate = layer.implementation == 1 || layer.recurrent_dropout > 0;
  }
  if constexpr (requires { layer.reset_after; }) {
    cell.kind = ops::RecurrenceKind::gru;
    cell.reset_after = layer.reset_after;
  }
  check_cell(cell);
  return cell;
}

template <class L>
RecurrentWeights weights_of(const L& layer, const RecurrentCell& cell, Scope& scope, Index in) {
  const Index width = cell.gates() * cell.units;
  RecurrentWeights weights{
      .kernel = scope.parameter(
          "kernel", {in, width}, layer.kernel_initializer,
          {.penalty = layer.kernel_regularizer, .constraint = layer.kernel_constraint}),
      .recurrent_kernel = scope.parameter(
          "recurrent_kernel", {cell.units, width}, layer.recurrent_initializer,
          {.penalty = layer.recurrent_regularizer, .constraint = layer.recurrent_constraint})};
  if (!layer.use_bias) return weights;
  Fill fill = layer.bias_initializer;
  if constexpr (requires { layer.unit_forget_bias; }) {
    if (layer.unit_forget_bias) fill = with_forget_bias(std::move(fill), cell.units);
  }
  const bool two = cell.kind == ops::RecurrenceKind::gru && cell.reset_after;
  set_bias(weights, scope.parameter(
                        "bias", two ? Shape{2, width} : Shape{width}, std::move(fill),
                        {.penalty = layer.bias_regularizer, .constraint = layer.bias_constraint}));
  return weights;
}

/// What dropout is drawn by: the same for all steps.
struct DropoutDraws {
  std::uint64_t key = 0;
  Value seed = {};
};
/// A cell draws by its path, so that all steps of an RNN agree; a layer anew with each call.
DropoutDraws draws_of(const RecurrentCell& cell, Scope& scope, bool is_cell);

/// x kernel + bias for one step (batch, in) or all (batch, time, in), after dropout.
Value projected(const RecurrentCell& cell, const RecurrentWeights& weights, const Value& x,
                const DropoutDraws& draws, bool training);
/// x after the dropout that is gate `gate`'s; of a sequence (batch, time, ...) one draw for all
/// steps.
Value dropped(const RecurrentCell& cell, const Value& x, const DropoutDraws& draws, Index gate,
              bool is_sequence);
/// What h, of shape `state`, is multiplied by before each gate: one for all, or one a gate. Empty:
/// no recurrent dropout.
Values recurrent_factors(const RecurrentCell& cell, const Shape& state, const DropoutDraws& draws,
                         bool training);
/// A gate's part of sums, or of kernels, along the last axis.
Value gate_of(const Value& x, Index gate, Index units);
/// h and c of an lstm from the shares of x and of h in each gate's sum, and from c.
Values next_lstm(const RecurrentCell& cell, const Values& x, const Values& p, const Value& c);
/// The next states, from x of one step, which is projected.
Values next_states(const RecurrentCell& cell, const RecurrentWeights& weights, const Value& x,
                   const Values& states, const Values& factors);

/// emit() of a cell: x and its states to its output and the next states.
template <class C>
Values emit_cell(const C& layer, Scope& scope, const Call& call) {
  const RecurrentCell cell = cell_of(layer);
  if (call.inputs.size() != static_cast<std::size_t>(1 + cell.states())) {
    fail(ErrorCode::invalid_argument, cat("takes x and ", cell.states(), " states, got ",
                                          static_cast<Index>(call.inputs.size()), " inputs"));
  }
  const Value& x = call.inputs[0];
  const RecurrentWeights weights = weights_of(layer, cell, scope, features_of(x, 2));
  const DropoutDraws draws = draws_of(cell, scope, true);
  const Values factors =
      recurrent_factors(cell, {x.shape()[0], cell.units}, draws, scope.training());
  Values outputs = next_states(cell, weights, projected(cell, weights, x, draws, scope.training()),
                               {call.inputs.begin() + 1, call.inputs.end()}, factors);
  outputs.insert(outputs.begin(), outputs.front());
  return outputs;
}

}  // namespace linnet::inline v0::detail
