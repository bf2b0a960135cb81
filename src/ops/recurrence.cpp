#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/recurrence.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

void require_shape(std::string_view what, const TensorType& input, DType dtype,
                   const Shape& shape) {
  require_dtype(Recurrence::kName, input, dtype);
  if (input.shape.fits(shape)) return;
  fail(ErrorCode::shape_mismatch,
       cat(Recurrence::kName, ": expected ", what, " of shape ", shape, ", got ", input.shape));
}

std::size_t input_count(const Recurrence& op) {
  return 2 + (op.has_bias ? 1u : 0u) + (op.has_states ? static_cast<std::size_t>(op.states()) : 0) +
         (op.has_mask ? 1u : 0u);
}

/// A copy of h, or of what another state was, before each step: (n, t, units).
Value before_each(const Recurrence& op, const Value& y, const Value& first) {
  const Index steps = y.shape()[1];
  if (steps == 0) return y;
  const Value begin = expand_dims(first, 1);
  return op.backwards ? concatenate({slice(y, 1, 1), begin}, 1)
                      : concatenate({begin, slice(y, 1, 0, steps - 1)}, 1);
}

Value as_rows(const Value& x) { return reshape(x, {any, x.shape()[-1]}); }

/// dU: the sums over all steps of h' dp, p = h U; without reset_after g's part has r(r) h for h.
Value kernel_gradient(const Recurrence& op, const Value& h, const Value& kept, const Value& dp) {
  if (op.kind != RecurrenceKind::gru || op.reset_after) {
    return matmul(as_rows(h), as_rows(dp), true);
  }
  const Index units = h.shape()[-1];
  const Value reset = multiply(slice(kept, -1, units, units), h);
  return concatenate({matmul(as_rows(h), as_rows(slice(dp, -1, 0, 2 * units)), true),
                      matmul(as_rows(reset), as_rows(slice(dp, -1, 2 * units)), true)},
                     -1);
}

}  // namespace

Types Recurrence::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, input_count(*this));
  const Shape &x = inputs[0].shape, &kernel = inputs[1].shape;
  require_dtype(kName, inputs[0], DType::float32);
  if (x.rank() != 3 || kernel.rank() != 2) {
    fail(ErrorCode::shape_mismatch,
         cat(kName, ": expected (batch, time, ...) and a kernel, got ", x, " and ", kernel));
  }
  const Index units = kernel[0], width = gates() * units;
  require_shape("a kernel", inputs[1], DType::float32, {units, width});
  require_shape("an input", inputs[0], DType::float32, x.with(2, width));
  std::size_t at = 2;
  if (has_bias) require_shape("a bias", inputs[at++], DType::float32, {width});
  for (int i = 0; has_states && i < states(); ++i) {
    require_shape("a state", inputs[at++], DType::float32, {x[0], units});
  }
  if (has_mask) require_shape("a mask", inputs[at], DType::boolean, {x[0], x[1]});
  Types types{{DType::float32, {x[0], x[1], units}}};
  types.resize(types.size() + static_cast<std::size_t>(states()), {DType::float32, {x[0], units}});
  if (keeps && kept() > 0) types.push_back({DType::float32, {x[0], x[1], kept() * units}});
  return types;
}

std::vector<Gradient> Recurrence::grad(const GradCall& call) const {
  if (!keeps && kept() > 0) {  // once more, to see what goes on inside
    Recurrence keeping = *this;
    keeping.keeps = true;
    Values inputs(call.inputs.begin(), call.inputs.end());
    const Values outputs = apply_all(keeping, std::move(inputs));
    return keeping.grad({call.inputs, outputs, call.output_gradients});
  }
  const Value &x = call.x(0), &kernel = call.x(1), &y = call.y(0);
  RecurrenceGrad op{.of = *this,
                    .has_dy = static_cast<bool>(call.dy(0)),
                    .has_dh = static_cast<bool>(call.dy(1)),
                    .has_dc = states() > 1 && call.dy(2)};
  const Value kept_values = kept() > 0 ? call.y(1 + states()) : Value();
  Values inputs{kernel};
  for (std::size_t i = has_bias ? 3 : 2; i < call.inputs.size(); ++i) {
    inputs.push_back(call.inputs[i]);
  }
  inputs.push_back(y);
  if (kept_values) inputs.push_back(kept_values);
  for (int i = 0; i <= states(); ++i) {
    if (call.dy(i)) inputs.push_back(call.dy(i));
  }
  const Values d = apply_all(op, inputs);
  const Value& dp = d[op.splits() ? 1 : 0];
  const Index rows = x.shape()[0], units = kernel.shape()[0];
  const Value first =
      has_states ? call.x(has_bias ? 3 : 2) : constant(Tensor(DType::float32, {rows, units}));
  std::vector<Gradient> gradients{
      d[0], kernel_gradient(*this, before_each(*this, y, first), kept_values, dp)};
  if (has_bias) gradients.emplace_back(reduce_sum(dp, {0, 1}));
  for (int i = 0; has_states && i < states(); ++i) {
    gradients.emplace_back(d[static_cast<std::size_t>(i + (op.splits() ? 2 : 1))]);
  }
  if (has_mask) gradients.emplace_back();
  return gradients;
}

Types RecurrenceGrad::infer(std::span<const TensorType> inputs) const {
  const std::size_t first =
      1 + (of.has_states ? static_cast<std::size_t>(of.states()) : 0) + (of.has_mask ? 1u : 0u);
  const bool keeps = of.kept() > 0;
  require_count(
      kName, inputs,
      first + 1 + (keeps ? 1u : 0u) + (has_dy ? 1u : 0u) + (has_dh ? 1u : 0u) + (has_dc ? 1u : 0u));
  const Shape& y = inputs[first].shape;
  const TensorType dx{DType::float32, y.with(2, of.gates() * y[2])};
  Types types{dx};
  if (splits()) types.push_back(dx);
  types.resize(types.size() + static_cast<std::size_t>(of.states()),
               {DType::float32, {y[0], y[2]}});
  return types;
}

Types ReverseTime::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 1);
  if (inputs[0].shape.rank() >= 2) return {inputs[0]};
  fail(ErrorCode::shape_mismatch,
       cat(kName, ": expected (batch, time, ...), got ", inputs[0].shape));
}

std::vector<Gradient> ReverseTime::grad(const GradCall& call) const {
  return {reverse_time(call.dy())};
}

Value reverse_time(const Value& x) {
  if (x.node().op.as<ReverseTime>() != nullptr) return x.node().inputs[0];
  return apply(ReverseTime{}, {x});
}

}  // namespace linnet::inline v0::ops
