#include <unordered_map>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

Values Graph::roots() const {
  Values all = checks;
  all.insert(all.end(), prologue.begin(), prologue.end());
  all.insert(all.end(), outputs.begin(), outputs.end());
  all.insert(all.end(), updates.begin(), updates.end());
  return all;
}

namespace {

class Rewriter {
 public:
  explicit Rewriter(std::span<const RewriteRule> rules) : rules_(rules) {}

  Values operator()(const Values& roots) {
    for (const auto& node : topological_order(roots)) {
      if (!done_.contains(node.get())) done_.emplace(node.get(), replacement(node));
    }
    return mapped(roots);
  }

 private:
  Values mapped(const Values& values) const {
    Values result;
    result.reserve(values.size());
    for (const Value& value : values) {
      result.push_back(value ? done_.at(&value.node())[static_cast<std::size_t>(value.index())]
                             : Value());
    }
    return result;
  }

  Values replacement(const std::shared_ptr<const Node>& node) const {
    const Values inputs = mapped(node->inputs);
    for (const RewriteRule& rule : rules_) {
      if (auto values = rule(*node, inputs)) {
        for (const Value& value : *values) {
          if (value.node().path.empty()) value.node().path = node->path;
        }
        return *std::move(values);
      }
    }
    if (inputs == node->inputs) {
      Values same;
      for (std::size_t i = 0; i < node->types.size(); ++i) {
        same.emplace_back(node, static_cast<int>(i));
      }
      return same;
    }
    Values made = apply_all(node->op, inputs);
    made.front().node().path = node->path;
    return made;
  }

  std::span<const RewriteRule> rules_;
  std::unordered_map<const Node*, Values> done_;
};

}  // namespace

Values rewrite(const Values& roots, std::span<const RewriteRule> rules) {
  return Rewriter(rules)(roots);
}

Graph rewrite(const Graph& graph, std::span<const RewriteRule> rules) {
  Rewriter rewriter(rules);
  Graph result;
  result.checks = rewriter(graph.checks);
  result.prologue = rewriter(graph.prologue);
  result.outputs = rewriter(graph.outputs);
  result.updates = rewriter(graph.updates);
  return result;
}

}  // namespace linnet::inline v0
