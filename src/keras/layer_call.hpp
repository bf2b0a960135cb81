// How a use of a layer in a Keras file becomes a call of linnet's.
#pragma once

#include "keras/call_data.hpp"
#include "keras/model_reader.hpp"

namespace linnet::inline v0::detail::keras {

/// Which tensors of the call are the layer's inputs, in order. Masks are not: they travel on the
/// values. Error (unsupported): an argument that the layer cannot be called with.
std::vector<Index> tensors_of_call(const Layer& layer, const CallData& call);

/// Arguments of calls that are fields here: "use_causal_mask", "return_attention_scores". Error
/// (unsupported): the calls do not agree.
Config fields_of_calls(std::string_view class_name, const std::vector<CallData>& calls);

Error in_layer(const Error& error, const std::string& name);
/// Runs `f`; what it throws gets the layer's name in front: "layer 'base/conv1': ...".
template <class F>
auto naming_layer(const std::string& name, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw in_layer(error, name);
  }
}
}  // namespace linnet::inline v0::detail::keras
