// Groups: parameters with rates of their own.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// Error: a multiplier below 0; not_found: a pattern that no parameter of the built model has.
void check_groups(const ModelState& model, const std::vector<ParameterGroup>& groups);
/// Gives each parameter the multipliers of its groups in this model.
void apply_groups(const ModelState& model);
Config groups_config(const std::vector<ParameterGroup>& groups);
std::vector<ParameterGroup> groups_from(const Config& list);

}  // namespace linnet::inline v0::detail
