// What emit() of the recurrent layers shares: steps over time, states, masks.
#pragma once

#include <functional>

#include "layers/activity_penalty.hpp"
#include "layers/recurrent_cell.hpp"

namespace linnet::inline v0::detail {

/// The keys that all recurrent layers have.
struct TimeOptions {
  bool return_sequences, return_state, go_backwards, zero_output_for_mask;
};

template <class L>
TimeOptions time_options(const L& layer) {
  if (layer.stateful) {
    fail(ErrorCode::unsupported,
         "stateful = true is not supported, since predict() changes no model; give the states as "
         "inputs and take the next ones with return_state");
  }
  return {layer.return_sequences, layer.return_state, layer.go_backwards,
          layer.zero_output_for_mask && !layer.unroll};
}

/// The states that follow x in the inputs, or zeros of these shapes.
/// Error: another number of inputs, other shapes.
Values first_states(const Call& call, const std::vector<Shape>& shapes);

/// x of one step and the states to the output and the next states.
using StepFunction = std::function<Values(const Value& x, const Values& states)>;

/// A layer's outputs by `step` for every step of x (batch, time, ...). Where the mask is false, the
/// states and the output stay; before the first step that it keeps the output is 0, also with first
/// states that are not, as Keras has it on TensorFlow. A step runs so many `cells`. Error:
/// out_of_range: too many of them.
Values outputs_of_steps(const Value& x, Values states, const TimeOptions& options,
                        const StepFunction& step, Index cells = 1);

/// The same for a built-in cell; x is projected.
Values outputs_of_cell(const RecurrentCell& cell, const RecurrentWeights& weights, Scope& scope,
                       const Call& call, const TimeOptions& options);

/// emit() of SimpleRNN, LSTM and GRU.
template <class L>
Values emit_recurrent(const L& layer, Scope& scope, const Call& call) {
  const TimeOptions options = time_options(layer);
  const RecurrentCell cell = cell_of(layer);
  if (call.inputs.empty()) call.input();
  const RecurrentWeights weights = weights_of(layer, cell, scope, features_of(call.inputs[0], 3));
  Values outputs = outputs_of_cell(cell, weights, scope, call, options);
  for (const Value& output : outputs) {
    add_activity_penalty(scope, layer.activity_regularizer, output);
  }
  return outputs;
}

}  // namespace linnet::inline v0::detail
