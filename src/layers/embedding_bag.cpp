#include <linnet/layers/embedding_bag.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/mask.hpp>

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
  if (input_dim <= 0 || output_dim <= 0) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("input_dim and output_dim must be positive, got ", input_dim, " and ",
                             output_dim));
  }
  const Value ids = ops::cast(call.input(), DType::int32);
  const Value table =
      scope.parameter("embeddings", {input_dim, output_dim}, embeddings_initializer,
                      {.penalty = embeddings_regularizer, .constraint = embeddings_constraint});
  const Value weights =
      weighted ? scope.state("row_weights", {input_dim}, Initializer("ones")) : Value();
  scope.check(linnet::apply(ops::CheckIds{input_dim}, {ids}));
  return ops::embedding_bag(table, ids, combiner_named(combiner.word()),
                            lengths_of(call.input().mask()), mask_zero, weights);
}

}  // namespace linnet::inline v0
