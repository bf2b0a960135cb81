#include <unordered_map>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

std::string print(const Graph& graph) {
  using detail::cat;
  std::unordered_map<const Node*, Index> number;
  std::string text;
  for (const auto& node : topological_order(graph.roots())) {
    const Index n = static_cast<Index>(number.size());
    number.emplace(node.get(), n);
    text += cat("%", n, " = ", node->op.name(), "(");
    for (std::size_t i = 0; i < node->inputs.size(); ++i) {
      const Value& input = node->inputs[i];
      text += i == 0 ? "" : ", ";
      if (!input) continue;
      text += cat("%", number.at(&input.node()));
      if (input.node().types.size() > 1) text += cat(".", input.index());
    }
    text += ")";
    for (const TensorType& type : node->types) text += cat(" ", type);
    text += cat("  ", node->path, "\n");
  }
  return text;
}

}  // namespace linnet::inline v0
