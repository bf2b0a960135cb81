#include <algorithm>
#include <cmath>
#include <linnet/layers/dropout.hpp>
#include <linnet/layers/multi_head_attention.hpp>
#include <linnet/ops/elementwise.hpp>

#include "core/require.hpp"
#include "layers/attention_parts.hpp"
#include "layers/projection.hpp"

namespace linnet::inline v0 {

namespace {

void check_heads(const MultiHeadAttention& layer) {
  detail::require({}, "num_heads", layer.num_heads, detail::kSize);
  detail::require({}, "key_dim", layer.key_dim, detail::kSize);
  detail::require({}, "value_dim", layer.value_dim, detail::kSize);
  detail::require({}, "sliding_window", layer.sliding_window, detail::kSize);
}

/// The axes of the inputs that are attended over.
std::vector<int> axes_of(const MultiHeadAttention& layer, const Shape& query) {
  std::vector<int> axes;
  if (!layer.attention_axes) {
    for (int axis = 1; axis < query.rank() - 1; ++axis) axes.push_back(axis);
    return axes;
  }
  for (const Index each : *layer.attention_axes) {
    const Index axis = each < 0 ? each + query.rank() : each;
    const bool again = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (axis < 1 || axis > query.rank() - 2 || again) {
      detail::fail(ErrorCode::out_of_range,
                   detail::cat("attention_axes has ", each, ", but an input of shape ", query,
                               " has axes 1 to ", query.rank() - 2, " beside batch and features"));
    }
    axes.push_back(static_cast<int>(axis));
  }
  if (axes.empty()) detail::fail(ErrorCode::invalid_argument, "attention_axes has no axis");
  return axes;
}

/// Equations over query and key in projections, (batch, ..., heads, features).
struct AttentionEquations {
  std::string scores, outputs;

  AttentionEquations(int rank, const std::vector<int>& axes) {
    std::string query, key, batch, over_query, over_key;
    for (int axis = 0; axis < rank; ++axis) query += static_cast<char>('a' + axis);
    key = query;
    for (const int axis : axes) {
      const auto at = static_cast<std::size_t>(axis);
      key[at] = static_cast<char>('A' + axis);
      over_query += query[at];
      over_key += key[at];
    }
    for (std::size_t i = 0; i + 1 < query.size(); ++i) {
      if (query[i] == key[i]) batch += query[i];
    }
    const std::string product = batch + over_query + over_key;
    scores = query + "," + key + "->" + product;
    outputs = product + "," + key + "->" + query;
  }
};

/// All that keeps a position of the query from looking at one of the key, for scores of `rank`
/// axes; may be empty.
Value mask_of(const MultiHeadAttention& layer, const detail::AttentionInputs& in,
              const std::vector<int>& axes, int rank) {
  const int kept = 2 * static_cast<int>(axes.size());
  const Value padding = detail::padding_mask(in);
  const bool sequence = axes.size() == 1 && (!padding || axes[0] == 1);
  if ((padding || layer.use_causal_mask || layer.sliding_window) && !sequence) {
    detail::fail(
        ErrorCode::unsupported,
        detail::cat("masks over time need attention over axis 1 alone, got inputs of shape ",
                    in.query.shape()));
  }
  const Value band = detail::band_mask(in.query.shape()[axes[0]], in.key.shape()[axes[0]],
                                       layer.use_causal_mask, layer.sliding_window);
  const Value own = detail::widened_mask(detail::both_masks(padding, band), kept, rank);
  return detail::both_masks(own, detail::widened_mask(in.mask, kept, rank));
}

}  // namespace

Values MultiHeadAttention::emit(Scope& scope, const Call& call) const {
  check_heads(*this);
  const detail::AttentionInputs in = detail::attention_inputs(call);
  const std::vector<int> axes = axes_of(*this, in.query.shape());
  const int count = static_cast<int>(axes.size());
  const Index width = value_dim.value_or(key_dim);
  const Value query = detail::projected(*this, scope, "query", in.query, 1, {num_heads, key_dim});
  const Value key = detail::projected(*this, scope, "key", in.key, 1, {num_heads, key_dim});
  Value gate;
  if (use_gate) {
    gate = detail::projected(*this, scope, "gate", in.query, 1, {num_heads, width}, "sigmoid");
  }
  const Value value = detail::projected(*this, scope, "value", in.value, 1, {num_heads, width});

  const int rank = query.shape().rank();
  const AttentionEquations equations(rank, axes);
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(key_dim)));
  const Value scores = ops::einsum(equations.scores, {ops::affine(query, scale), key});
  // Keras has two ways to compute this, which differ where a mask leaves nothing to look at.
  const bool scores_alone = dropout > 0 || return_attention_scores || rank != 4;
  const Value weights = detail::attention_weights(
      scores, mask_of(*this, in, axes, scores.shape().rank()), count, scores_alone);
  const Value kept = Dropout{.rate = dropout, .seed = seed}.emit(scope, {{weights}});
  Value heads = ops::einsum(equations.outputs, {kept, value});
  if (use_gate) heads = ops::multiply(heads, gate);

  const Shape& features = in.query.shape();
  const Shape out = output_shape && !output_shape->empty()
                        ? Shape(std::span<const Index>(*output_shape))
                        : features.slice(features.rank() - 1, features.rank());
  const Value y =
      detail::projected(*this, scope, "attention_output", heads, 2, out).with_mask(in.query.mask());
  return return_attention_scores ? Values{y, weights} : Values{y};
}

}  // namespace linnet::inline v0
