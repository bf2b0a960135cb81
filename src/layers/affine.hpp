// What emit() of the layers shares that compute activation(sum of products + bias).
#pragma once

#include <linnet/graph/layer.hpp>

#include "layers/activity_penalty.hpp"

namespace linnet::inline v0::detail {

/// Appends the layer's bias of n numbers, if it has one.
template <class Layer>
void append_bias(const Layer& layer, Scope& scope, Index n, Values& inputs) {
  if (!layer.use_bias) return;
  inputs.push_back(
      scope.parameter("bias", {n}, layer.bias_initializer,
                      {.penalty = layer.bias_regularizer, .constraint = layer.bias_constraint}));
}

/// The layer's activation of `sum`, whose penalty counts.
template <class Layer>
Value activated(const Layer& layer, Scope& scope, const Value& sum) {
  const Value y = layer.activation(sum);
  add_activity_penalty(scope, layer.activity_regularizer, y);
  return y;
}

}  // namespace linnet::inline v0::detail
