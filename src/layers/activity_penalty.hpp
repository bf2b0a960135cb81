// activity_penalty: what a layer's activity_regularizer adds to the loss.
#pragma once

#include <linnet/graph/value.hpp>
#include <linnet/regularizers.hpp>

namespace linnet::inline v0 {
class Scope;
}

namespace linnet::inline v0::detail {

/// Adds the regularizer's penalty of y (batch, ...), divided by the rows of the batch as Keras
/// does since 3.0, to the loss; nothing without a regularizer.
void add_activity_penalty(Scope& scope, const Regularizer& regularizer, const Value& y);

}  // namespace linnet::inline v0::detail
