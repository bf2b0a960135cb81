// Which parameters Muon leaves to Adam.
#pragma once

#include <linnet/graph/parameter.hpp>
#include <linnet/optimizers/muon.hpp>

namespace linnet::inline v0::detail {

/// By its axes and path.
bool is_for_adam(const Muon& muon, const Parameter& parameter);

}  // namespace linnet::inline v0::detail
