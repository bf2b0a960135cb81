#include <linnet/layers/dot.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Config DotAxes::to_config() const {
  if (!pair_) return Config(first_);
  Config list = Config::list();
  list.push_back(Config(first_));
  list.push_back(Config(second_));
  return list;
}

DotAxes DotAxes::from_config(const Config& config) {
  const auto number = [](const Config& item) {
    const std::int64_t axis = item.as_integer();
    if (axis != static_cast<int>(axis)) fail(ErrorCode::out_of_range, cat("axes: got ", axis));
    return static_cast<int>(axis);
  };
  if (!config.is_list()) return number(config);
  if (config.items().size() != 2) {
    fail(ErrorCode::invalid_argument,
         cat("axes: expected one axis or two, got ", std::uint64_t{config.items().size()}));
  }
  return {number(config.items()[0]), number(config.items()[1])};
}

namespace {

/// x with `axis` moved to its end. Error: x has no such axis, or it is the batch's.
Value with_axis_last(const Value& x, int axis) {
  const int rank = x.shape().rank(), at = x.shape().wrap(axis);
  if (at == 0) {
    fail(ErrorCode::invalid_argument,
         cat("axes: the products of ", x.shape(), " cannot be summed along the batch axis"));
  }
  if (at == rank - 1) return x;
  std::vector<Index> perm;
  for (int i = 0; i < rank; ++i) {
    if (i != at) perm.push_back(i);
  }
  perm.push_back(at);
  return ops::transpose(x, std::move(perm));
}

/// x / its length along the last axis, 1e-7 at least.
Value of_length_one(const Value& x) {
  const Value square = ops::reduce_sum(ops::unary(ops::UnaryKind::square, x), {-1}, true);
  const Value least = ops::maximum(square, ops::constant(1e-14f));
  return ops::divide(x, ops::unary(ops::UnaryKind::sqrt, least));
}

void check_equal(std::string_view what, Index a, Index b, const Call& call) {
  if (a == b || a == any || b == any) return;
  fail(ErrorCode::shape_mismatch,
       cat("the ", what, " must be of equal size, got ", a, " and ", b, " of ",
           call.inputs[0].shape(), " and ", call.inputs[1].shape()));
}

}  // namespace

Value Dot::emit(Scope&, const Call& call) const {
  if (call.inputs.size() != 2) {
    fail(ErrorCode::invalid_argument,
         cat("takes two inputs, got ", static_cast<Index>(call.inputs.size())));
  }
  Value a = with_axis_last(call.inputs[0], axes.first());
  Value b = with_axis_last(call.inputs[1], axes.second());
  check_equal("batches", a.shape()[0], b.shape()[0], call);
  check_equal("axes", a.shape()[-1], b.shape()[-1], call);
  if (normalize) {
    a = of_length_one(a);
    b = of_length_one(b);
  }
  // (batch, a..., 1..., k) times (batch, 1..., b..., k)
  const int of_a = a.shape().rank() - 2, of_b = b.shape().rank() - 2;
  for (int i = 0; i < of_b; ++i) a = ops::expand_dims(a, 1 + of_a);
  for (int i = 0; i < of_a; ++i) b = ops::expand_dims(b, 1);
  return ops::reduce_sum(ops::multiply(a, b), {-1}, of_a + of_b == 0);
}

}  // namespace linnet::inline v0
