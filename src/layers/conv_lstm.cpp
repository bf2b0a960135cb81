#include <linnet/layers/conv_lstm.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/activity_penalty.hpp"
#include "layers/recurrent_layer.hpp"
#include "layers/spatial.hpp"
#include "layers/steps.hpp"

namespace linnet::inline v0 {

namespace {

/// A kernel over space and what it needs.
struct KernelOverSpace {
  std::span<const Index> sizes, strides, dilations;
  Padding padding;
  Value kernel, bias = {};

  /// x, its channels last, times the kernel; or times the part for one gate.
  Value times(const Value& x, Index gate = any, Index filters = 0) const {
    const auto part = [&](const Value& v) {
      return gate == any ? v : detail::gate_of(v, gate, filters);
    };
    Values inputs{x, part(kernel)};
    if (bias) inputs.push_back(part(bias));
    const auto window = detail::window_over(x.shape(), sizes, strides, dilations, padding);
    return linnet::apply(ops::Convolution{window, 1}, std::move(inputs));
  }
};

template <class L>
detail::RecurrentCell checked_cell(const L& layer) {
  detail::require({}, "filters", layer.filters, detail::kSize);
  detail::require_sizes(layer.kernel_size, layer.strides, layer.dilation_rate);
  if (layer.padding == "causal") {
    detail::fail(ErrorCode::invalid_argument, "padding must be valid or same, got causal");
  }
  const detail::RecurrentCell cell{.kind = ops::RecurrenceKind::lstm,
                                   .units = layer.filters,
                                   .activation = layer.activation,
                                   .recurrent_activation = layer.recurrent_activation,
                                   .dropout = layer.dropout,
                                   .recurrent_dropout = layer.recurrent_dropout,
                                   .seed = layer.seed,
                                   .by_gate = true};
  detail::check_cell(cell);
  return cell;
}

template <class L>
Value kernel_of(const L& layer, Scope& scope, std::string_view name, Index in,
                const Initializer& initializer, ParameterOptions options) {
  std::vector<Index> shape(layer.kernel_size.begin(), layer.kernel_size.end());
  shape.push_back(in);
  shape.push_back(4 * layer.filters);
  return scope.parameter(name, Shape(shape), initializer, std::move(options));
}

/// The shares of x (batch, time, ...) in the sums of all gates, channels last.
template <class L>
Value input_sums(const L& layer, const detail::RecurrentCell& cell, const KernelOverSpace& kernel,
                 const Value& x, const detail::DropoutDraws& draws, int axes, bool training) {
  const auto rows = [&](const Value& steps) {
    return detail::to_channels_last(detail::steps_as_rows(steps), layer.data_format, axes);
  };
  Value sums;
  if (!training || cell.dropout == 0) {
    sums = kernel.times(rows(x));
  } else {
    Values gates;
    for (Index gate = 0; gate < 4; ++gate) {
      const Value kept = detail::dropped(cell, x, draws, gate, true);
      gates.push_back(kernel.times(rows(kept), gate, cell.units));
    }
    sums = ops::concatenate(std::move(gates), -1);
  }
  return detail::rows_as_steps(sums, x.shape());
}

/// One step from the states, in the layer's format: its output, which is h, then h and c.
Values next_step(const detail::RecurrentCell& cell, const KernelOverSpace& kernel, const Value& x,
                 const Values& states, const Values& factors, DataFormat format, int axes) {
  const auto last = [&](const Value& state) {
    return detail::to_channels_last(state, format, axes);
  };
  const Value all = factors.empty() ? kernel.times(last(states[0])) : Value();
  Values gates, products;
  for (Index gate = 0; gate < 4; ++gate) {
    gates.push_back(detail::gate_of(x, gate, cell.units));
    if (all) {
      products.push_back(detail::gate_of(all, gate, cell.units));
    } else {
      const Value kept = ops::multiply(states[0], factors[static_cast<std::size_t>(gate)]);
      products.push_back(kernel.times(last(kept), gate, cell.units));
    }
  }
  Values y = detail::next_lstm(cell, gates, products, last(states[1]));
  for (Value& state : y) state = detail::to_format(state, format);
  y.insert(y.begin(), y.front());
  return y;
}

/// next_step of the step's input and the states before it.
detail::StepFunction steps_of(const detail::RecurrentCell& cell, const KernelOverSpace& kernel,
                              const Values& factors, DataFormat format, int axes) {
  return [=](const Value& x, const Values& before) {
    return next_step(cell, kernel, x, before, factors, format, axes);
  };
}

/// (batch, time, sizes, 4 filters) -> (batch, sizes, filters), or with the channels in front.
Shape state_shape(const Shape& sums, Index filters, DataFormat format) {
  const Shape batch{sums[0]}, sizes = sums.slice(2, sums.rank() - 1), channels{filters};
  return format == "channels_last" ? batch.joined(sizes).joined(channels)
                                   : batch.joined(channels).joined(sizes);
}

}  // namespace

template <int N>
Values ConvLSTM<N>::emit(Scope& scope, const Call& call) const {
  const auto options = detail::time_options(*this);
  const auto cell = checked_cell(*this);
  if (call.inputs.empty()) call.input();
  const Value& x = call.inputs[0];
  const Index in =
      x.shape().rank() == N + 3 ? x.shape()[data_format == "channels_last" ? N + 2 : 2] : any;
  if (in == any) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, time, ", N,
                             " sizes, channels) with channels known, got ", x.shape()));
  }
  const Value kernel = kernel_of(*this, scope, "kernel", in, kernel_initializer,
                                 {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  const Value recurrent =
      kernel_of(*this, scope, "recurrent_kernel", filters, recurrent_initializer,
                {.penalty = recurrent_regularizer, .constraint = recurrent_constraint});
  Value bias;
  if (use_bias) {
    Fill fill = bias_initializer;
    if (unit_forget_bias) fill = detail::with_forget_bias(std::move(fill), filters);
    bias = scope.parameter("bias", {4 * filters}, std::move(fill),
                           {.penalty = bias_regularizer, .constraint = bias_constraint});
  }
  const Sizes<N> ones;
  const KernelOverSpace of_x{kernel_size, strides, dilation_rate, padding, kernel, bias};
  const KernelOverSpace of_h{kernel_size, ones, ones, "same", recurrent};
  const auto draws = detail::draws_of(cell, scope, false);
  const Value sums =
      input_sums(*this, cell, of_x, ops::cast(x, DType::float32), draws, N, scope.training());
  const Shape state = state_shape(sums.shape(), filters, data_format);
  const Values factors = detail::recurrent_factors(cell, state, draws, scope.training());
  Values outputs =
      detail::outputs_of_steps(sums.with_mask(x.mask()), detail::first_states(call, {state, state}),
                               options, steps_of(cell, of_h, factors, data_format, N));
  for (const Value& output : outputs) {
    detail::add_activity_penalty(scope, activity_regularizer, output);
  }
  return outputs;
}

template struct ConvLSTM<1>;
template struct ConvLSTM<2>;
template struct ConvLSTM<3>;

}  // namespace linnet::inline v0
