// What a use of a layer says beside its inputs: masks, and whether it trains.
#pragma once

#include "keras/call_data.hpp"
#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// True for "mask", "query_mask", ..., "training".
bool is_context(std::string_view argument);

/// True for layers whose call() has an initial state.
bool takes_states(std::string_view class_name);

/// What a call says of an input's mask, instead of a tensor's place.
constexpr Index kOwnMask = -1;  ///< the layer uses the mask that the input carries
constexpr Index kNoMask = -2;   ///< the layer uses none, even if the input carries one

/// For each of the call's `inputs`, the place of its mask among the call's tensors, or one of the
/// above. Keras 3 takes the masks that inputs carry only where all inputs are one argument, or
/// call() has query_mask and the like: a recurrent layer that has an initial state gets none. Error
/// (unsupported): a layer that has no use for a mask, a mask that is no tensor.
std::vector<Index> masks_of_call(const Layer& layer, const CallData& call,
                                 const std::vector<Index>& inputs);

/// True if what the layer gives carries its first input's mask, whichever mask the call named: it
/// is handed on by Keras and not by the layer.
bool keeps_mask_of_input(const Layer& layer, const std::vector<Index>& masks);

/// True if the layer runs as in predict() at this use. What files of Keras 3 say of it is without
/// effect, since fit() and predict() say it again. Error (unsupported): it trains at this use even
/// in predict().
bool is_inference(const Layer& layer, const CallData& call);

}  // namespace linnet::inline v0::detail::keras
