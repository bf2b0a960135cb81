#include <linnet/layers/embedding_bag.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/mask.hpp>

#include "layers/embedding_table.hpp"

namespace linnet::inline v0 {

namespace {

ops::Combiner combiner_named(std::string_view word) {
  if (word == "sum") return ops::Combiner::sum;
  return word == "mean" ? ops::Combiner::mean : ops::Combiner::sqrtn;
}

/// The lengths that a mask over ragged rows was made from.
Value lengths_of(const Value& mask) {
  if (!mask) return {};
  if (mask.node().op.as<ops::SequenceMask>() == nullptr) {
    detail::fail(ErrorCode::unsupported, "takes ids whose only mask is that of ragged rows");
  }
  return mask.node().inputs[0];
}

}  // namespace

Value EmbeddingBag::emit(Scope& scope, const Call& call) const {
  const Value ids = ops::cast(call.input(), DType::int32);
  const Value table = embedding_table(*this, scope, ids);
  const Value weights =
      weighted ? scope.state("row_weights", {input_dim}, Initializer("ones")) : Value();
  return ops::embedding_bag(table, ids, combiner_named(combiner.word()),
                            lengths_of(call.input().mask()), mask_zero, weights);
}

}  // namespace linnet::inline v0
