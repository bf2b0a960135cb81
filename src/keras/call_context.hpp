// What a use of a layer says beside its inputs: masks, and whether it trains.
#pragma once

#include "keras/call_data.hpp"
#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// True for "mask", "query_mask", ..., "training".
bool is_context(std::string_view argument);

/// For each of the `inputs` of the call, the place of its mask among the call's tensors, or -1.
/// Error (unsupported): a layer that has no use for a mask, a mask that is no tensor.
std::vector<Index> masks_of_call(const Layer& layer, const CallData& call, std::size_t inputs);

/// True if the layer runs as in predict() at this use. What files of Keras 3 say of it is without
/// effect, since fit() and predict() say it again. Error (unsupported): it trains at this use even
/// in predict().
bool is_inference(const Layer& layer, const CallData& call);

}  // namespace linnet::inline v0::detail::keras
