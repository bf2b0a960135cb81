// What the attention layers share: inputs, masks, weights.
#pragma once

#include <linnet/graph/layer.hpp>
#include <optional>

namespace linnet::inline v0::detail {

/// What an attention layer is called with. Without a key of its own the key is the value.
struct AttentionInputs {
  Value query, value, key;
  Value mask = {};  ///< boolean, or empty
};

/// Inputs in the order query, value, key, mask; of three, a boolean one is the mask. Error: another
/// number of inputs, ranks that differ or are below 3, value and key of other lengths.
AttentionInputs attention_inputs(const Call& call);

/// Both hold; either may be empty.
Value both_masks(const Value& a, const Value& b);
/// `mask` with axes of size 1 before its last `kept` ones, up to `rank` axes; empty stays empty.
Value widened_mask(const Value& mask, int kept, int rank);

/// (1, T, S), true where a position of the query may look at one of the key: at none behind it if
/// `causal`, at those nearer than `window`. Empty where that is everything, or T or S is unknown.
Value band_mask(Index queries, Index keys, bool causal, std::optional<Index> window);

/// (batch, T, S) from the masks (batch, T) of the query and (batch, S) of value and key; may be
/// empty.
Value padding_mask(const AttentionInputs& inputs);

/// softmax of `scores` over its last `axes` axes where `mask` (or nothing) holds; where it holds
/// for none of them, 0 if `empty_is_zero`, else equal shares.
Value attention_weights(const Value& scores, const Value& mask, int axes, bool empty_is_zero);

}  // namespace linnet::inline v0::detail
