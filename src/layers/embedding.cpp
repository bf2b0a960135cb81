#include <linnet/layers/embedding.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/mask.hpp>

#include "layers/embedding_table.hpp"

namespace linnet::inline v0 {

Value Embedding::emit(Scope& scope, const Call& call) const {
  const Value ids = ops::cast(call.input(), DType::int32);
  const Value table = embedding_table(*this, scope, ids);
  Value mask = call.input().mask();
  if (mask_zero) {
    const Value there = ops::not_zero(ids);
    mask = mask ? ops::compare(ops::CompareKind::logical_and, mask, there) : there;
  }
  return ops::gather(table, ids).with_mask(mask);
}

}  // namespace linnet::inline v0
