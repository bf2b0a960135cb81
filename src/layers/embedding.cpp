#include <linnet/layers/embedding.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/mask.hpp>

namespace linnet::inline v0 {

Value Embedding::emit(Scope& scope, const Call& call) const {
  if (input_dim <= 0 || output_dim <= 0) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("input_dim and output_dim must be positive, got ", input_dim, " and ",
                             output_dim));
  }
  const Value ids = ops::cast(call.input(), DType::int32);
  const Value table =
      scope.parameter("embeddings", {input_dim, output_dim}, embeddings_initializer,
                      {.penalty = embeddings_regularizer, .constraint = embeddings_constraint});
  scope.check(apply(ops::CheckIds{input_dim}, {ids}));
  Value mask = call.input().mask();
  if (mask_zero) {
    const Value there = ops::not_zero(ids);
    mask = mask ? ops::compare(ops::CompareKind::logical_and, mask, there) : there;
  }
  return ops::gather(table, ids).with_mask(mask);
}

}  // namespace linnet::inline v0
