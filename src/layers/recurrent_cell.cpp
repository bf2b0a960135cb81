#include "layers/recurrent_cell.hpp"

#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/random.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::detail {

using ops::RecurrenceKind;

void check_cell(const RecurrentCell& cell) {
  require({}, "units", cell.units, kSize);
  require({}, "dropout", cell.dropout, kZeroToBelowOne);
  require({}, "recurrent_dropout", cell.recurrent_dropout, kZeroToBelowOne);
}

Index features_of(const Value& x, int rank) {
  if (x.shape().rank() == rank && x.shape()[-1] != any) return x.shape()[-1];
  fail(ErrorCode::shape_mismatch, cat("expected (batch, ", rank == 3 ? "time, " : "",
                                      "features) with features known, got ", x.shape()));
}

Fill with_forget_bias(Fill fill, Index units) {
  return [fill = std::move(fill), units](Tensor& bias, const RandomStream& random) {
    fill(bias, random);
    std::fill_n(bias.data<float>().begin() + units, units, 1.0f);
  };
}

void set_bias(RecurrentWeights& weights, const Value& bias) {
  if (bias.shape().rank() == 1) {
    weights.bias = bias;
    return;
  }
  weights.bias = ops::squeeze(ops::slice(bias, 0, 0, 1), 0);
  weights.recurrent_bias = ops::squeeze(ops::slice(bias, 0, 1, 1), 0);
}

DropoutDraws draws_of(const RecurrentCell& cell, Scope& scope, bool is_cell) {
  if (!scope.training() || (cell.dropout == 0 && cell.recurrent_dropout == 0)) return {};
  const bool by_path = is_cell || cell.seed.has_value();
  return {by_path
              ? RandomStream(static_cast<std::uint64_t>(cell.seed.value_or(0)), scope.path()).key()
              : scope.random_key(),
          scope.seed()};
}

Value gate_of(const Value& x, Index gate, Index units) {
  return ops::slice(x, -1, gate * units, units);
}

Value dropped(const RecurrentCell& cell, const Value& x, const DropoutDraws& draws, Index gate,
              bool is_sequence) {
  Shape noise;
  for (int axis = 0; is_sequence && axis < x.shape().rank(); ++axis) {
    noise = noise.joined({axis == 1 ? 1 : any});
  }
  return ops::dropout(x, draws.seed, cell.dropout,
                      RandomStream(draws.key, cat("dropout", gate)).key(), noise);
}

namespace {

Value matmul_with(const Value& x, const Value& kernel, const Value& bias) {
  Values inputs{x, kernel};
  if (bias) inputs.push_back(bias);
  return linnet::apply(ops::MatMul{}, std::move(inputs));
}

/// h U (+ bias) of all gates; each with its own factor for h, if there are factors.
Values products(const RecurrentCell& cell, const RecurrentWeights& weights, const Value& h,
                const Values& factors) {
  const Index gates = cell.gates(), units = cell.units;
  Values all;
  if (factors.size() > 1) {
    for (Index gate = 0; gate < gates; ++gate) {
      const Value kept = ops::multiply(h, factors[static_cast<std::size_t>(gate)]);
      const Value bias =
          weights.recurrent_bias ? gate_of(weights.recurrent_bias, gate, units) : Value();
      all.push_back(matmul_with(kept, gate_of(weights.recurrent_kernel, gate, units), bias));
    }
    return all;
  }
  const Value kept = factors.empty() ? h : ops::multiply(h, factors.front());
  const Value sum = matmul_with(kept, weights.recurrent_kernel, weights.recurrent_bias);
  for (Index gate = 0; gate < gates; ++gate) {
    all.push_back(gates == 1 ? sum : gate_of(sum, gate, units));
  }
  return all;
}

Value next_gru(const RecurrentCell& cell, const RecurrentWeights& weights, const Values& x,
               const Values& p, const Value& h, const Values& factors) {
  const Value z = cell.recurrent_activation(ops::add(x[0], p[0]));
  const Value r = cell.recurrent_activation(ops::add(x[1], p[1]));
  Value inner;
  if (cell.reset_after) {
    inner = ops::multiply(r, p[2]);
  } else {
    const Value kept = factors.empty() ? h : ops::multiply(h, factors.back());
    inner = ops::matmul(ops::multiply(r, kept), gate_of(weights.recurrent_kernel, 2, cell.units));
  }
  const Value g = cell.activation(ops::add(x[2], inner));
  return ops::add(ops::multiply(z, h), ops::multiply(ops::affine(z, -1, 1), g));
}

}  // namespace

Values next_lstm(const RecurrentCell& cell, const Values& x, const Values& p, const Value& c) {
  const auto sum = [&](std::size_t gate) { return ops::add(x[gate], p[gate]); };
  const Value i = cell.recurrent_activation(sum(0)), f = cell.recurrent_activation(sum(1));
  const Value g = cell.activation(sum(2)), o = cell.recurrent_activation(sum(3));
  const Value next = ops::add(ops::multiply(f, c), ops::multiply(i, g));
  return {ops::multiply(o, cell.activation(next)), next};
}

Value projected(const RecurrentCell& cell, const RecurrentWeights& weights, const Value& given,
                const DropoutDraws& draws, bool training) {
  const Value x = ops::cast(given, DType::float32);
  const bool drops = training && cell.dropout > 0, steps = x.shape().rank() > 2;
  if (!drops || !cell.by_gate) {
    return matmul_with(drops ? dropped(cell, x, draws, 0, steps) : x, weights.kernel, weights.bias);
  }
  Values gates;
  for (Index gate = 0; gate < cell.gates(); ++gate) {
    gates.push_back(matmul_with(dropped(cell, x, draws, gate, steps),
                                gate_of(weights.kernel, gate, cell.units),
                                weights.bias ? gate_of(weights.bias, gate, cell.units) : Value()));
  }
  return ops::concatenate(std::move(gates), -1);
}

Values recurrent_factors(const RecurrentCell& cell, const Shape& state, const DropoutDraws& draws,
                         bool training) {
  Values factors;
  if (!training || cell.recurrent_dropout == 0) return factors;
  // Without a batch size only shapes are asked for.
  const Value ones = state.known() ? ops::constant(Tensor::full<float>(state, 1.0f))
                                   : ops::input("ones", {DType::float32, state});
  for (Index gate = 0; gate < (cell.by_gate ? cell.gates() : 1); ++gate) {
    factors.push_back(ops::dropout(ones, draws.seed, cell.recurrent_dropout,
                                   RandomStream(draws.key, cat("recurrent", gate)).key()));
  }
  return factors;
}

Values next_states(const RecurrentCell& cell, const RecurrentWeights& weights, const Value& x,
                   const Values& states, const Values& factors) {
  const Value& h = states[0];
  const Values p = products(cell, weights, h, factors);
  if (cell.kind == RecurrenceKind::simple) return {cell.activation(ops::add(x, p[0]))};
  Values gates;
  for (Index gate = 0; gate < cell.gates(); ++gate) {
    gates.push_back(gate_of(x, gate, cell.units));
  }
  if (cell.kind == RecurrenceKind::lstm) return next_lstm(cell, gates, p, states[1]);
  return {next_gru(cell, weights, gates, p, h, factors)};
}

}  // namespace linnet::inline v0::detail
