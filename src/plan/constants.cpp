#include "plan/constants.hpp"

#include <algorithm>
#include <vector>

namespace linnet::inline v0 {

bool Constants::holds(const std::shared_ptr<const Node>& node) {
  std::vector<std::shared_ptr<const Node>> open{node};
  while (!open.empty()) {  // what is known is not walked again
    const auto next = open.back();
    const std::size_t depth = open.size();
    for (const Value& input : next->inputs) {
      if (input && !known_.contains(input.node_handle())) open.push_back(input.node_handle());
    }
    if (open.size() > depth) continue;
    known_.emplace(next, constant(*next));
    open.pop_back();
  }
  return known_.at(node);
}

/// Of a node whose inputs are known.
bool Constants::constant(const Node& node) const {
  if (node.op.as<ops::ParameterSource>() || node.op.as<ops::Constant>()) return true;
  return !node.inputs.empty() && !node.op.updates() &&
         std::ranges::all_of(node.inputs, [&](const Value& input) {
           return !input || known_.at(input.node_handle());
         });
}

}  // namespace linnet::inline v0
