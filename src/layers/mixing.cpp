#include <linnet/layers/mixing.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/random.hpp>
#include <linnet/ops/shape.hpp>

#include "layers/draws.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::Draws;
using detail::fail;

/// Error: not pictures, or pictures and labels in rows of numbers.
void check_inputs(const Values& inputs, DataFormat format) {
  if (inputs.size() != 1 && inputs.size() != 2) {
    fail(ErrorCode::invalid_argument, cat("expected pictures, or pictures and labels, got ",
                                          std::uint64_t{inputs.size()}, " inputs"));
  }
  detail::to_channels_last(inputs[0], format, 2);
  if (inputs.size() == 1) return;
  if (inputs[1].dtype() != DType::float32 || inputs[1].shape().rank() != 2) {
    fail(ErrorCode::shape_mismatch,
         cat("expected labels float32 (batch, classes), such as one-hot rows (image_dataset_from_"
             "directory's label_mode \"categorical\"), got ",
             inputs[1].dtype(), " ", inputs[1].shape()));
  }
}

/// Inputs as they leave the layer where nothing is mixed.
Values unchanged(const Values& inputs) {
  Values outputs = inputs;
  outputs[0] = ops::cast(outputs[0], DType::float32);
  return outputs;
}

bool mixes(Scope& scope, const Values& inputs) {
  return scope.training() && inputs[0].shape().known();
}

/// weight x + (1 - weight) others, where the weight is (batch, 1).
Value mixed(const Value& x, const Value& others, const Value& weight) {
  Shape by_row(std::vector<Index>(static_cast<std::size_t>(x.shape().rank()), 1));
  const Value w = ops::reshape(weight, by_row.with(0, x.shape()[0]));
  return ops::add(ops::multiply(x, w), ops::multiply(others, ops::affine(w, -1, 1)));
}

/// Whether the places 0, 1, ... along `axis` of x lie in [first, end), which are (batch, 1).
Value between(const Value& first, const Value& end, const Shape& x, int axis) {
  Tensor places(DType::float32, Shape{1, 1, 1, 1}.with(axis, x[axis]));
  Index next = 0;
  for (float& place : places.data<float>()) place = static_cast<float>(next++);
  const Value at = ops::constant(places);
  const auto by_picture = [&](const Value& v) { return ops::reshape(v, {x[0], 1, 1, 1}); };
  return ops::compare(ops::CompareKind::logical_and,
                      ops::compare(ops::CompareKind::less_equal, by_picture(first), at),
                      ops::compare(ops::CompareKind::less, at, by_picture(end)));
}

}  // namespace

Values MixUp::emit(Scope& scope, const Call& call) const {
  detail::require({}, "alpha", alpha, detail::kPositive);
  check_inputs(call.inputs, data_format);
  Values outputs = unchanged(call.inputs);
  if (!mixes(scope, outputs)) return outputs;
  Draws draws(scope, seed);
  const std::uint64_t order = draws.key();
  const Value a = ops::constant(Tensor::full({outputs[0].shape()[0], 1}, alpha));
  const Value weight = ops::random_beta(a, a, scope.seed(), draws.key());
  for (Value& x : outputs) x = mixed(x, ops::shuffle_rows(x, scope.seed(), order), weight);
  return outputs;
}

Values CutMix::emit(Scope& scope, const Call& call) const {
  const FactorRange ends = detail::ends_of("factor", factor, 0, detail::kZeroToOne);
  check_inputs(call.inputs, data_format);
  Values outputs = unchanged(call.inputs);
  if (!mixes(scope, outputs)) return outputs;
  Value& x = outputs[0];
  const Shape shape = x.shape();
  const int row_axis = data_format == "channels_last" ? 1 : 2, column_axis = row_axis + 1;
  Draws draws(scope, seed);
  const std::uint64_t order = draws.key();
  const Value a = ops::broadcast_to(ops::affine(draws.uniform(1, ends), 1, 1e-6f), {shape[0], 1});
  const Value weight = ops::random_beta(a, a, scope.seed(), draws.key());
  // A box of (1 - weight) of the area, and of the picture's shape, somewhere inside.
  const Value part = ops::unary(ops::UnaryKind::sqrt, ops::affine(weight, -1, 1));
  const auto box_along = [&](int axis) -> std::pair<Value, Value> {
    const auto size = static_cast<float>(shape[axis]);
    const Value first =
        ops::multiply(draws.uniform(shape[0], {0, 1}), ops::affine(part, -size, size));
    return {first, ops::add(first, ops::affine(part, size))};
  };
  const auto [left, right] = box_along(column_axis);
  const auto [top, bottom] = box_along(row_axis);
  const Value inside =
      ops::compare(ops::CompareKind::logical_and, between(top, bottom, shape, row_axis),
                   between(left, right, shape, column_axis));
  x = ops::select(inside, ops::shuffle_rows(x, scope.seed(), order), x);
  if (outputs.size() == 1) return outputs;
  const Value area = ops::multiply(ops::subtract(right, left), ops::subtract(bottom, top));
  const float whole = static_cast<float>(shape[row_axis] * shape[column_axis]);
  const Value others = ops::shuffle_rows(outputs[1], scope.seed(), order);
  outputs[1] = mixed(outputs[1], others, ops::affine(area, -1 / whole, 1));
  return outputs;
}

}  // namespace linnet::inline v0
