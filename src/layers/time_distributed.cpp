#include <linnet/layers/time_distributed.hpp>
#include <linnet/ops/shape.hpp>

#include "layers/steps.hpp"

namespace linnet::inline v0 {

Value detail::steps_as_rows(const Value& x) {
  const Shape& shape = x.shape();
  std::vector<Index> sizes{shape[0] == any || shape[1] == any ? any : shape[0] * shape[1]};
  for (int axis = 2; axis < shape.rank(); ++axis) {
    sizes.push_back(shape[axis] == any ? ops::Reshape::axis(axis) : shape[axis]);
  }
  return linnet::apply(ops::Reshape{std::move(sizes)}, {x});
}

Value detail::rows_as_steps(const Value& y, const Shape& x) {
  const Shape rest = y.shape().slice(1, y.shape().rank());
  const Shape shape = Shape{x[0], x[1]}.joined(rest);
  // While sizes are unknown, only shapes are asked for.
  if (!shape.known()) return ops::input("steps", {y.dtype(), shape});
  return ops::reshape(y, shape);
}

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
  Values outputs = detail::expand_layer(layer.instance(), scope.emission(), scope.path(),
                                        scope.trainable(), {detail::steps_as_rows(x)});
  for (Value& output : outputs) output = detail::rows_as_steps(output, x.shape());
  return outputs;
}

}  // namespace linnet::inline v0
