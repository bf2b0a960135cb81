// Merges equal nodes and drops those that change nothing.
#include <algorithm>
#include <linnet/graph/parameter.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <unordered_map>

#include "ops/stop_gradient.hpp"
#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

/// The input itself, for casts, reshapes, and factors that do nothing, and where gradients are
/// done.
std::optional<Values> drop_identity(const Node& node, const Values& inputs) {
  if (inputs.size() != 1) return std::nullopt;
  const bool same_type = inputs[0].type() == node.types[0];
  const auto* affine = node.op.as<ops::Affine>();
  const bool nothing =
      node.op.as<ops::Cast>() != nullptr || node.op.as<ops::Reshape>() != nullptr ||
      node.op.as<ops::BroadcastTo>() != nullptr || node.op.as<ops::StopGradient>() != nullptr ||
      (affine != nullptr && affine->scale == 1 && affine->offset == 0);
  if (!nothing || !same_type) return std::nullopt;
  return Values{inputs[0]};
}

/// A reshape of a reshape looks at the first one's input.
std::optional<Values> join_reshapes(const Node& node, const Values& inputs) {
  if (node.op.as<ops::Reshape>() == nullptr) return std::nullopt;
  const Node& before = inputs[0].node();
  if (before.op.as<ops::Reshape>() == nullptr) return std::nullopt;
  return Values{ops::reshape(before.inputs[0], node.types[0].shape)};
}

/// Nodes of one op, one configuration and the same inputs are one node. Updates are left alone,
/// and so is what reads a state after an update.
class MergeEqual {
 public:
  std::optional<Values> operator()(const Node& node, const Values& inputs) {
    if (node.op.updates()) return std::nullopt;
    std::vector<Entry>& alike = seen_[hash_of(node, inputs)];
    const Config config = node.op.config();
    for (const Entry& entry : alike) {
      if (entry.op.name() == node.op.name() && equal(entry, node, config, inputs)) {
        return entry.values;
      }
    }
    Values values = apply_all(node.op, inputs);
    alike.push_back({node.op, config, inputs, values});
    return values;
  }

 private:
  struct Entry {
    Op op;
    Config config;
    Values inputs;
    Values values;
  };

  /// The same for equal nodes: made of what tells most nodes apart.
  static std::size_t hash_of(const Node& node, const Values& inputs) {
    std::size_t hash = std::hash<std::string_view>()(node.op.name());
    auto mix = [&](const void* address, int index = 0) {
      hash = hash * 31 + std::hash<const void*>()(address) + static_cast<std::size_t>(index);
    };
    for (const Value& input : inputs) mix(input ? &input.node() : nullptr, input.index());
    if (const auto* source = node.op.as<ops::ParameterSource>()) mix(source->parameter.get());
    return hash;
  }

  static bool equal(const Entry& entry, const Node& node, const Config& config,
                    const Values& inputs) {
    if (const auto* source = node.op.as<ops::ParameterSource>()) {
      const auto* other = entry.op.as<ops::ParameterSource>();
      return source->parameter == other->parameter && source->slot == other->slot;
    }
    if (const auto* constant = node.op.as<ops::Constant>()) {
      return constant->value == entry.op.as<ops::Constant>()->value;
    }
    return entry.inputs == inputs && entry.config == config;
  }

  std::unordered_map<std::size_t, std::vector<Entry>> seen_;  // by hash
};

}  // namespace

Graph simplify(const Graph& graph) {
  const std::vector<RewriteRule> rules{drop_identity, join_reshapes, MergeEqual()};
  return rewrite(graph, rules);
}

}  // namespace linnet::inline v0
