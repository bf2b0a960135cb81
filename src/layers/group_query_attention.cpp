#include <cmath>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/group_query_attention.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/activity_penalty.hpp"
#include "layers/attention_parts.hpp"
#include "layers/projection.hpp"

namespace linnet::inline v0 {

namespace {

void check_groups(const GroupQueryAttention& layer) {
  detail::require({}, "head_dim", layer.head_dim, detail::kSize);
  detail::require({}, "num_query_heads", layer.num_query_heads, detail::kSize);
  detail::require({}, "num_key_value_heads", layer.num_key_value_heads, detail::kSize);
  detail::require({}, "sliding_window", layer.sliding_window, detail::kSize);
  if (layer.num_query_heads % layer.num_key_value_heads != 0) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("num_query_heads must be a multiple of num_key_value_heads, got ",
                             layer.num_query_heads, " and ", layer.num_key_value_heads));
  }
}

/// x with these sizes, of which some are those of its axes.
Value resized(const Value& x, std::vector<Index> sizes) {
  return linnet::apply(ops::Reshape{std::move(sizes)}, {x});
}

}  // namespace

Values GroupQueryAttention::emit(Scope& scope, const Call& call) const {
  check_groups(*this);
  const detail::AttentionInputs in = detail::attention_inputs(call);
  if (in.query.shape().rank() != 3) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, time, features), got ", in.query.shape()));
  }
  const Index groups = num_key_value_heads, each = num_query_heads / groups;
  const Shape query_heads{num_query_heads, head_dim}, other_heads{groups, head_dim};
  const Value query = detail::projected(*this, scope, "query", in.query, 1, query_heads);
  const Value key = detail::projected(*this, scope, "key", in.key, 1, other_heads);
  Value gate;
  if (use_gate) {
    gate = detail::projected(*this, scope, "gate", in.query, 1, query_heads, "sigmoid");
  }
  const Value value = detail::projected(*this, scope, "value", in.value, 1, other_heads);

  // b: batch, t: time of the query, s: of the key, g: group, r: head in its group.
  const auto axis = &ops::Reshape::axis;
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_dim)));
  const Value grouped =
      resized(ops::affine(query, scale), {axis(0), axis(1), groups, each, head_dim});
  const Value scores = resized(ops::einsum("btgrh,bsgh->bgrts", {grouped, key}),
                               {axis(0), num_query_heads, axis(3), axis(4)});
  const Value band =
      detail::band_mask(in.query.shape()[1], in.key.shape()[1], use_causal_mask, sliding_window);
  const Value mask = detail::both_masks(
      detail::widened_mask(detail::both_masks(detail::padding_mask(in), band), 2, 4),
      detail::widened_mask(in.mask, 2, 4));
  const Value weights =
      detail::attention_weights(scores, mask, 1, dropout > 0 || return_attention_scores);
  const Value kept = Dropout{.rate = dropout, .seed = seed}.emit(scope, {{weights}});
  Value heads = ops::einsum("bgrts,bsgh->btgrh",
                            {resized(kept, {axis(0), groups, each, axis(2), axis(3)}), value});
  heads = resized(heads, {axis(0), axis(1), num_query_heads, head_dim});
  if (use_gate) heads = ops::multiply(heads, gate);

  const Value y =
      detail::projected(*this, scope, "attention_output", heads, 2, {in.query.shape()[2]});
  // Keras counts the penalty of the whole layer's output beside that of its last projection.
  detail::add_activity_penalty(scope, activity_regularizer, y);
  const Value masked = y.with_mask(in.query.mask());
  return return_attention_scores ? Values{masked, weights} : Values{masked};
}

}  // namespace linnet::inline v0
