// activity_penalty: what a layer's activity_regularizer adds to the loss.
#pragma once

#include <linnet/graph/value.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {
class Scope;
}

namespace linnet::inline v0::detail {

/// Adds the regularizer's penalty of y (batch, ...), divided by the rows of the batch, to the loss,
/// as Keras 2 and 3.15 do (the first versions of Keras 3 did not divide); nothing without a
/// regularizer.
void add_activity_penalty(Scope& scope, const Regularizer& regularizer, const Value& y);

}  // namespace linnet::inline v0::detail
