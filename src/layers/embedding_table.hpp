// What Embedding and EmbeddingBag share.
#pragma once

#include <linnet/graph/scope.hpp>
#include <linnet/ops/gather.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

/// The layer's table (input_dim, output_dim). Training steps check `ids` first. Error: sizes that
/// are not positive.
Value embedding_table(const auto& layer, Scope& scope, const Value& ids) {
  detail::require({}, "input_dim", layer.input_dim, detail::kPositive);
  detail::require({}, "output_dim", layer.output_dim, detail::kPositive);
  scope.check(linnet::apply(ops::CheckIds{layer.input_dim}, {ids}));
  return scope.parameter(
      "embeddings", {layer.input_dim, layer.output_dim}, layer.embeddings_initializer,
      {.penalty = layer.embeddings_regularizer, .constraint = layer.embeddings_constraint});
}

}  // namespace linnet::inline v0
