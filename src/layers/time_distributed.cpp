#include <linnet/layers/time_distributed.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

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
  const bool masks_inside = x.mask() && x.mask().shape().rank() > 2;
  Value rows = detail::steps_as_rows(x);
  if (masks_inside) rows = rows.with_mask(detail::steps_as_rows(x.mask()));
  Values outputs = detail::expand_layer(layer.instance(), scope.emission(), scope.path(),
                                        scope.trainable(), {rows});
  for (Value& output : outputs) {
    const Value inner = output.mask();
    output = detail::rows_as_steps(output, x.shape());
    if (!masks_inside) continue;
    output = output.with_mask(inner ? detail::rows_as_steps(inner, x.shape())
                                    : steps_with_any(x.mask()));
  }
  return outputs;
}

}  // namespace linnet::inline v0
