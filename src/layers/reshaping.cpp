// Layers that only move elements.
#include <linnet/layers/flatten.hpp>
#include <linnet/layers/reshape.hpp>
#include <linnet/ops/shape.hpp>

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

}  // namespace linnet::inline v0
