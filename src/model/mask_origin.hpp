// Masks before anything is emitted: what a value of a model will carry.
#pragma once

#include <unordered_map>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// Where the mask of a layer's first output is from.
enum class MaskOrigin {
  none,
  own,     ///< the layer computes it from its input: Embedding, Masking
  first,   ///< the first input's
  all,     ///< put together from those of all inputs
  inside,  ///< it is up to a model's layers
};

MaskOrigin mask_origin(const LayerInstance& layer);

/// True if call() of the layer in Keras has an argument for a mask.
bool takes_mask(const LayerInstance& layer);

/// True if the model has layers that make masks, or models that have.
bool makes_masks(const ModelState& model);

/// How many of a layer's outputs, from the first on, carry the mask.
std::size_t masked_outputs(const LayerInstance& layer);

/// Which values of a model may carry masks. Remembers nodes, which must live as long.
class MaskCarriers {
 public:
  /// False if the value, an output of a layer of a model, surely carries no mask.
  bool may_carry(const Value& x);

 private:
  bool of_node(const Node& node);

  std::unordered_map<const Node*, bool> known_;
  std::unordered_map<const LayerInstance*, bool> makers_;  ///< models
};

}  // namespace linnet::inline v0::detail
