// The hard_sigmoid of Keras 1 and 2, clip(0.2 x + 0.5, 0, 1), of which Keras 3 has no function.
#pragma once

#include <linnet/core/config.hpp>
#include <string_view>

namespace linnet::inline v0::detail::keras {

/// What it is called here.
inline constexpr std::string_view kOldHardSigmoid = "keras2_hard_sigmoid";

/// True for a field of a layer of linnet's that holds it.
bool is_old_hard_sigmoid(const Config::Member& member);

/// Layers that compute it, as one: since 3.10 Keras takes a layer as any activation. A Pipeline
/// serves inputs of every shape; a Sequential would be built for the first.
Config written_hard_sigmoid();

/// True for such layers, also as Keras writes them again.
bool is_written_hard_sigmoid(const Config& activation);

}  // namespace linnet::inline v0::detail::keras
