#include <algorithm>
#include <functional>
#include <linnet/layers/batch_normalization.hpp>
#include <linnet/layers/spectral_normalization.hpp>
#include <linnet/layers/time_distributed.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/is_one_of.hpp"
#include "layers/steps.hpp"

namespace linnet::inline v0 {

namespace {

/// (batch, time, ...) -> (batch, time): the steps of which a mask keeps anything.
Value steps_with_any(const Value& mask) {
  std::vector<Index> rest;
  for (Index axis = 2; axis < mask.shape().rank(); ++axis) rest.push_back(axis);
  const Value kept = ops::reduce_sum(ops::cast(mask, DType::float32), rest);
  return ops::compare(ops::CompareKind::less, ops::constant(0.0f), kept);
}

/// True if the layer, or one inside it, changes what it keeps at each call while it trains.
bool changes_by_call(const detail::LayerInstance& layer, bool trainable) {
  const bool trains = trainable && layer.trainable;
  if (layer.class_name() == BatchNormalization::kName) return trains;
  if (layer.class_name() == SpectralNormalization::kName) return true;
  return std::ranges::any_of(layer.sublayers(),
                             [&](const auto& inner) { return changes_by_call(*inner, trains); });
}

/// What Keras tells which rows of a step count.
bool uses_mask_of_rows(const detail::LayerInstance& layer) {
  return detail::is_one_of(layer.class_name(),
                           {BatchNormalization::kName, "Functional", "Sequential"});
}

Value joined_steps(Values steps) {
  for (Value& step : steps) step = ops::expand_dims(step, 1);
  return ops::concatenate(std::move(steps), 1);
}

/// Calls the layer with each step, one after the other.
Values step_by_step(const std::function<Values(const Value&)>& call, const Value& x, bool masked) {
  std::vector<Values> outputs;
  for (Index i = 0; i < x.shape()[1]; ++i) {
    const Value step = detail::step_of(x, i);
    outputs.push_back(call(masked ? step.with_mask(detail::step_of(x.mask(), i)) : step));
  }
  Values all;
  for (std::size_t k = 0; k < outputs.front().size(); ++k) {
    Values steps, masks;
    for (const Values& output : outputs) {
      steps.push_back(output[k]);
      if (output[k].mask()) masks.push_back(output[k].mask());
    }
    all.push_back(joined_steps(std::move(steps)));
    if (!masks.empty()) all.back() = all.back().with_mask(joined_steps(std::move(masks)));
  }
  return all;
}

}  // namespace

std::vector<std::shared_ptr<detail::LayerInstance>> TimeDistributed::sublayers() const {
  if (!layer) return {};
  return {layer.instance()};
}

Values TimeDistributed::emit(Scope& scope, const Call& call) const {
  const Value& x = call.input();
  if (!layer) detail::fail(ErrorCode::invalid_argument, "needs a layer, got none");
  if (x.shape().rank() < 3) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, time, ...), got ", x.shape()));
  }
  const auto called = [&](const Value& rows) {
    return detail::expand_layer(layer.instance(), scope.emission(), scope.path(), scope.trainable(),
                                {rows});
  };
  const bool masks_inside = x.mask() && x.mask().shape().rank() > 2;
  Values outputs;
  if (scope.emission().training && x.shape()[1] > 0 &&
      changes_by_call(*layer.instance(), scope.trainable())) {
    const bool masked = x.mask() && (masks_inside || uses_mask_of_rows(*layer.instance()));
    outputs = step_by_step(called, x, masked);
    if (!masks_inside) {
      for (Value& output : outputs) output = output.with_mask({});
    }
  } else {
    const Value rows = detail::steps_as_rows(x);
    outputs = called(masks_inside ? rows.with_mask(detail::steps_as_rows(x.mask())) : rows);
    for (Value& output : outputs) {
      const Value inner = output.mask();
      output = detail::rows_as_steps(output, x.shape());
      if (masks_inside && inner) output = output.with_mask(detail::rows_as_steps(inner, x.shape()));
    }
  }
  if (masks_inside) {
    for (Value& output : outputs) {
      if (!output.mask()) output = output.with_mask(steps_with_any(x.mask()));
    }
  }
  return outputs;
}

}  // namespace linnet::inline v0
