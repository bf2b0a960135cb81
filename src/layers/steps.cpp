#include "layers/steps.hpp"

#include <linnet/graph/parameter.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::detail {

Value step_of(const Value& x, Index step) { return ops::squeeze(ops::slice(x, 1, step, 1), 1); }

Value steps_as_rows(const Value& x) {
  const Shape& shape = x.shape();
  std::vector<Index> sizes{shape[0] == any || shape[1] == any ? any : shape[0] * shape[1]};
  for (int axis = 2; axis < shape.rank(); ++axis) {
    sizes.push_back(shape[axis] == any ? ops::Reshape::axis(axis) : shape[axis]);
  }
  return linnet::apply(ops::Reshape{std::move(sizes)}, {x});
}

Value rows_as_steps(const Value& y, const Shape& x) {
  const Shape rest = y.shape().slice(1, y.shape().rank());
  const Shape shape = Shape{x[0], x[1]}.joined(rest);
  // While sizes are unknown, only shapes are asked for.
  if (!shape.known()) return ops::input("steps", {y.dtype(), shape});
  return ops::reshape(y, shape);
}

}  // namespace linnet::inline v0::detail
