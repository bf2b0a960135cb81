// Masks before anything is emitted: what a value of a model will carry.
#pragma once

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

/// False if the value, an output of a layer of a model, surely carries no mask.
bool may_carry_mask(const Value& x);

}  // namespace linnet::inline v0::detail
