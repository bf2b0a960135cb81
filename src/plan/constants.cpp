#include "plan/constants.hpp"

#include <algorithm>

namespace linnet::inline v0 {

bool Constants::holds(const std::shared_ptr<const Node>& node) {
  if (const auto known = known_.find(node); known != known_.end()) return known->second;
  const Values root{Value(node, 0)};
  for (const auto& each : topological_order(root)) {
    if (known_.contains(each)) continue;
    const bool source =
        each->op.as<ops::ParameterSource>() != nullptr || each->op.as<ops::Constant>() != nullptr;
    const bool constant = source || (!each->inputs.empty() && !each->op.updates() &&
                                     std::ranges::all_of(each->inputs, [&](const Value& input) {
                                       return !input || known_.at(input.node_handle());
                                     }));
    known_.emplace(each, constant);
  }
  return known_.at(node);
}

}  // namespace linnet::inline v0
