// How many layers run when a model does.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// A short file can use a model twice in one that is used twice, and so on: it would run for ever.
constexpr Index kMostUses = 100'000;
/// How many layers run when this one does: itself and those inside, up to kMostUses.
Index uses_of(const LayerInstance& layer);
/// Adds a use of the layer. Error: out_of_range: more than kMostUses.
void add_uses(Index& uses, const LayerInstance& layer);

}  // namespace linnet::inline v0::detail
