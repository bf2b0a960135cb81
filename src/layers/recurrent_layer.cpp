#include "layers/recurrent_layer.hpp"

#include <linnet/layers/gru.hpp>
#include <linnet/layers/lstm.hpp>
#include <linnet/layers/simple_rnn.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <optional>
#include <utility>

#include "layers/steps.hpp"

namespace linnet::inline v0 {

namespace detail {

namespace {

/// Zeros; where a size is unknown only shapes are asked for, and any value of that shape will do.
Value zeros_of(const Shape& shape) {
  if (!shape.known()) return ops::input("zeros", {DType::float32, shape});
  return ops::constant(Tensor(DType::float32, shape));
}

/// A mask (batch) or (batch, 1), as wide in rank as x, for select().
Value mask_like(const Value& mask, const Value& x) {
  Value wide = mask;
  while (wide.shape().rank() < x.shape().rank()) {
    wide = ops::expand_dims(wide, wide.shape().rank());
  }
  return wide;
}

/// The outputs of a layer from those of all its steps, in the order in which they ran, or of the
/// last one; empty Values are not asked for.
Values layer_outputs(const Value& all, const Value& last, const Values& states, const Value& mask,
                     const TimeOptions& options) {
  Values outputs{options.return_sequences ? all.with_mask(mask) : last};
  if (options.return_state) outputs.insert(outputs.end(), states.begin(), states.end());
  return outputs;
}

/// f as the op takes it, if it does.
std::optional<ops::Activate> as_op(ActivationFunction f) {
  if (f.is_linear()) {  // as a leaky relu with slope 1
    return ops::Activate{ops::ActivationKind::relu, 1, std::numeric_limits<float>::infinity()};
  }
  const Value y = f(ops::input("x", {DType::float32, {1, 1}}));
  const auto* op = y.node().op.as<ops::Activate>();
  if (op == nullptr || !op->slope_from_output()) return std::nullopt;
  return *op;
}

/// (batch, time): true from the first step on that the mask keeps.
Value begun(const Value& mask, bool backwards) {
  Value seen = mask;
  for (Index step = 1; step < mask.shape()[1]; step *= 2) {
    const Index rest = mask.shape()[1] - step;
    const Value before = backwards ? ops::pad(ops::slice(seen, 1, step, rest), 1, 0, step)
                                   : ops::pad(ops::slice(seen, 1, 0, rest), 1, step, 0);
    seen = ops::compare(ops::CompareKind::logical_or, seen, before);
  }
  return seen;
}

/// The outputs by one op for all steps.
Values outputs_of_op(const ops::Recurrence& op, Values inputs, const Value& mask,
                     const TimeOptions& options) {
  const Values y = linnet::apply_all(op, std::move(inputs));
  const Values states(y.begin() + 1, y.begin() + 1 + op.states());
  Value all = y[0], last = y[1];
  if (mask && (options.zero_output_for_mask || op.has_states)) {
    const Value shown = options.zero_output_for_mask ? mask : begun(mask, options.go_backwards);
    all = ops::select(mask_like(shown, all), all, ops::constant(0.0f));
    const Value ended = ops::slice(shown, 1, options.go_backwards ? 0 : -1, 1);
    last = ops::select(ended, last, ops::constant(0.0f));
  }
  if (options.go_backwards) all = ops::reverse_time(all);
  return layer_outputs(all, last, states, mask, options);
}

}  // namespace

Values first_states(const Call& call, const std::vector<Shape>& shapes) {
  const auto given = static_cast<Index>(call.inputs.size()) - 1;
  const auto count = static_cast<Index>(shapes.size());
  if (given != 0 && given != count) {
    fail(ErrorCode::invalid_argument,
         cat("takes x alone or x and ", count, " states, got ", given + 1, " inputs"));
  }
  Values states;
  for (Index i = 0; i < count; ++i) {
    const Shape& wanted = shapes[static_cast<std::size_t>(i)];
    states.push_back(given == 0
                         ? zeros_of(wanted)
                         : ops::cast(call.inputs[static_cast<std::size_t>(i + 1)].with_mask({}),
                                     DType::float32));
    if (states.back().shape().fits(wanted)) continue;
    fail(ErrorCode::shape_mismatch,
         cat("expected state ", i, " of shape ", wanted, ", got ", states.back().shape()));
  }
  return states;
}

/// A file of a few bytes must not make a graph that fills the memory.
constexpr Index kMostCells = 16384;

Values outputs_of_steps(const Value& x, Values states, const TimeOptions& options,
                        const StepFunction& step, Index cells) {
  const Index batch = x.shape()[0], steps = x.shape()[1];
  const Value mask = x.mask();
  if (steps == any || steps == 0) {  // what one step would give, to know the shapes
    const Shape one = x.shape().slice(2, x.shape().rank());
    const Values y = step(zeros_of(Shape{batch}.joined(one)), states);
    const Shape output = y[0].shape();
    const Value all = zeros_of(Shape{batch, steps}.joined(output.slice(1, output.rank())));
    return layer_outputs(all, steps == 0 ? zeros_of(output) : y[0], states, mask, options);
  }
  if (steps > kMostCells / cells) {
    fail(ErrorCode::out_of_range, cat("expected at most ", kMostCells,
                                      " cells in all steps, of which each has ops of its "
                                      "own, got ",
                                      cells, " for each step of ", x.shape()));
  }
  Values all;
  Value last = ops::constant(0.0f);
  for (Index i = 0; i < steps; ++i) {
    const Index t = options.go_backwards ? steps - 1 - i : i;
    Values y = step(step_of(x, t), states);
    const Value before = std::exchange(last, y.front());
    y.erase(y.begin());
    if (mask) {
      const Value there = step_of(mask, t);
      last = ops::select(mask_like(there, last), last,
                         options.zero_output_for_mask ? ops::constant(0.0f) : before);
      for (std::size_t k = 0; k < y.size(); ++k) {
        y[k] = ops::select(mask_like(there, y[k]), y[k], states[k]);
      }
    }
    states = std::move(y);
    if (options.return_sequences) all.push_back(ops::expand_dims(last, 1));
  }
  return layer_outputs(all.empty() ? last : ops::concatenate(std::move(all), 1), last, states, mask,
                       options);
}

Values outputs_of_cell(const RecurrentCell& cell, const RecurrentWeights& weights, Scope& scope,
                       const Call& call, const TimeOptions& options) {
  const Value& x = call.inputs[0];
  const Shape state{x.shape()[0], cell.units};
  Values states =
      first_states(call, std::vector<Shape>(static_cast<std::size_t>(cell.states()), state));
  const DropoutDraws draws = draws_of(cell, scope, false);
  const Value sums = projected(cell, weights, x, draws, scope.training());
  const Values factors = recurrent_factors(cell, state, draws, scope.training());
  const auto f = as_op(cell.activation), r = as_op(cell.recurrent_activation);
  if (!factors.empty() || !f || !r) {
    return outputs_of_steps(sums.with_mask(x.mask()), std::move(states), options,
                            [&](const Value& x_t, const Values& before) {
                              Values y = next_states(cell, weights, x_t, before, factors);
                              y.insert(y.begin(), y.front());
                              return y;
                            });
  }
  const ops::Recurrence op{.kind = cell.kind,
                           .activation = *f,
                           .recurrent_activation = *r,
                           .reset_after = cell.reset_after,
                           .backwards = options.go_backwards,
                           .has_bias = static_cast<bool>(weights.recurrent_bias),
                           .has_states = call.inputs.size() > 1,
                           .has_mask = static_cast<bool>(x.mask()),
                           .keeps = scope.training()};
  Values inputs{sums, weights.recurrent_kernel};
  if (op.has_bias) inputs.push_back(weights.recurrent_bias);
  if (op.has_states) inputs.insert(inputs.end(), states.begin(), states.end());
  if (op.has_mask) inputs.push_back(x.mask());
  return outputs_of_op(op, std::move(inputs), x.mask(), options);
}

}  // namespace detail

Values SimpleRNN::emit(Scope& scope, const Call& call) const {
  return detail::emit_recurrent(*this, scope, call);
}
Values LSTM::emit(Scope& scope, const Call& call) const {
  return detail::emit_recurrent(*this, scope, call);
}
Values GRU::emit(Scope& scope, const Call& call) const {
  return detail::emit_recurrent(*this, scope, call);
}
Values SimpleRNNCell::emit(Scope& scope, const Call& call) const {
  return detail::emit_cell(*this, scope, call);
}
Values LSTMCell::emit(Scope& scope, const Call& call) const {
  return detail::emit_cell(*this, scope, call);
}
Values GRUCell::emit(Scope& scope, const Call& call) const {
  return detail::emit_cell(*this, scope, call);
}

}  // namespace linnet::inline v0
