// Layers that only move elements.
#include <algorithm>
#include <linnet/layers/flatten.hpp>
#include <linnet/layers/permute.hpp>
#include <linnet/layers/repeat_vector.hpp>
#include <linnet/layers/reshape.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

Value Flatten::emit(Scope&, const Call& call) const {
  Value x = call.input();
  const int rank = x.shape().rank();
  if (rank == 0) detail::fail(ErrorCode::shape_mismatch, "expected a batch, got a scalar");
  if (data_format == "channels_first" && rank > 2) {
    std::vector<Index> perm{0};
    for (int axis = 2; axis < rank; ++axis) perm.push_back(axis);
    perm.push_back(1);
    x = ops::transpose(x, std::move(perm));
  } else if (data_format != "channels_last" && data_format != "channels_first") {
    detail::fail(
        ErrorCode::invalid_argument,
        detail::cat("data_format must be channels_last or channels_first, got ", data_format));
  }
  return rank == 1 ? ops::expand_dims(x, 1) : ops::flatten(x);
}

Value Reshape::emit(Scope&, const Call& call) const {
  std::vector<Index> sizes{ops::Reshape::axis(0)};
  sizes.insert(sizes.end(), target_shape.begin(), target_shape.end());
  return apply(ops::Reshape{std::move(sizes)}, {call.input()});
}

Value Permute::emit(Scope&, const Call& call) const {
  std::vector<Index> perm{0}, order{0};
  for (const Index dim : dims) {
    perm.push_back(dim);
    order.push_back(static_cast<Index>(order.size()));
  }
  if (!std::ranges::is_permutation(perm, order)) {
    detail::fail(ErrorCode::invalid_argument, detail::cat("dims must be 1 to ", order.back(),
                                                          " in some order, got ", Shape(dims)));
  }
  const Shape& shape = call.input().shape();
  if (shape.rank() != static_cast<int>(perm.size())) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("dims orders ", order.back(), " axes, got an input of shape ", shape));
  }
  return ops::transpose(call.input(), std::move(perm));
}

Value RepeatVector::emit(Scope&, const Call& call) const {
  detail::require({}, "n", n, detail::kSize);
  const Value& x = call.input();
  if (x.shape().rank() != 2) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, features), got ", x.shape()));
  }
  return ops::broadcast_to(ops::expand_dims(x, 1), {any, n, any});
}

}  // namespace linnet::inline v0
