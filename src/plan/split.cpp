// A graph in two: what frozen layers make of the data, which needs no gradient, and the rest.
#include <algorithm>
#include <linnet/graph/parameter.hpp>
#include <linnet/ops/convolution.hpp>
#include <linnet/ops/matmul.hpp>
#include <set>
#include <string>
#include <unordered_map>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

/// What is known of a node.
struct Part {
  SourceKind kind = SourceKind::constant;  ///< the strongest of its sources: changing, then data
  bool meets = false;                      ///< data meet parameters in it
  bool weighted = false;                   ///< or in one before it; of constants: a parameter is
  bool apart = true;                       ///< by_rows
  double multiply_adds = 0;                ///< of this node alone
};

double multiply_adds_of(const Node& node) {
  const bool product =
      node.op.as<ops::Convolution>() != nullptr || node.op.as<ops::MatMul>() != nullptr;
  if (!product) return 0;
  const Shape& weights = node.inputs[1].shape();
  const Index of_one = weights.elements() / std::max<Index>(node.types[0].shape[-1], 1);
  return static_cast<double>(node.types[0].shape.elements()) * static_cast<double>(of_one);
}

bool is_source(const Node& node) { return node.inputs.empty(); }

class Splitter {
 public:
  /// `random` is what the seed counts as: changing, or data that is not kept by rows.
  Splitter(const Graph& graph, const SourceKindOf& kind_of, SourceKind random)
      : graph_(graph), order_(topological_order(graph.roots())) {
    for (const auto& node : order_) parts_[node.get()] = part_of(*node, kind_of, random);
  }

  /// In how many nodes in front data meet parameters.
  std::ptrdiff_t meetings() const {
    return std::ranges::count_if(parts_, [](const auto& entry) { return entry.second.meets; });
  }

  SplitGraph result() {
    SplitGraph split;
    split.by_rows = true;
    for (const auto& node : order_) {
      const bool behind = parts_.at(node.get()).kind == SourceKind::changing;
      if (behind && !goes_in_front(*node)) add_reads(*node, split);
    }
    for (const Values* roots : {&graph_.outputs, &graph_.updates, &graph_.prologue}) {
      for (const Value& root : *roots) add(root, split);
    }
    for (const Value& check : graph_.checks) {
      (goes_in_front(check.node()) ? split.before : split.after).checks.push_back(check);
    }
    measure(split);
    put_inputs(split);
    return split;
  }

 private:
  Part part_of(const Node& node, const SourceKindOf& kind_of, SourceKind random) const {
    Part part;
    if (is_source(node)) {
      part.kind = kind_of(node);
      part.apart = part.kind != SourceKind::random;
      part.weighted = node.op.as<ops::ParameterSource>() != nullptr;
      if (part.kind == SourceKind::random) part.kind = random;
      return part;
    }
    Index rows = -1;
    bool data = false, parameters = false;
    std::vector<bool> is_data;
    for (const Value& input : node.inputs) {
      const Part from = input ? parts_.at(&input.node()) : Part{};
      is_data.push_back(from.kind == SourceKind::data);
      if (from.kind == SourceKind::changing) part.kind = SourceKind::changing;
      part.weighted = part.weighted || from.weighted;
      if (!is_data.back()) {
        parameters = parameters || from.weighted;
        continue;
      }
      data = true;
      part.apart = part.apart && from.apart;
      if (rows < 0 && input.shape().rank() > 0) rows = input.shape()[0];
    }
    if (node.op.updates()) part.kind = SourceKind::changing;
    if (part.kind == SourceKind::changing || !data) return part;
    part.kind = SourceKind::data;
    part.meets = parameters;
    part.apart = part.apart && by_rows(node, is_data, rows);
    part.multiply_adds = multiply_adds_of(node);
    return part;
  }

  /// A check that reads the data alone.
  bool goes_in_front(const Node& node) const {
    const auto is_check = [&](const Value& check) { return &check.node() == &node; };
    return std::ranges::any_of(graph_.checks, is_check) &&
           std::ranges::none_of(node.inputs, [&](const Value& input) {
             return parts_.at(&input.node()).kind == SourceKind::changing;
           });
  }

  void add_reads(const Node& node, SplitGraph& split) {
    for (const Value& input : node.inputs) add(input, split);
  }

  /// What stands behind reads this value: it is an output in front, unless it is computed from the
  /// data without parameters; then the data are.
  void add(const Value& value, SplitGraph& split) {
    std::vector<Value> wanted{value};
    while (!wanted.empty()) {
      const Value next = std::move(wanted.back());
      wanted.pop_back();
      if (!next) continue;
      const Part& part = parts_.at(&next.node());
      if (part.kind != SourceKind::data || !known_.emplace(&next.node(), next.index()).second) {
        continue;
      }
      if (!part.weighted && !is_source(next.node())) {
        wanted.insert(wanted.end(), next.node().inputs.begin(), next.node().inputs.end());
        continue;
      }
      split.before.outputs.push_back(next);
      split.by_rows = split.by_rows && part.apart;
    }
  }

  void measure(SplitGraph& split) const {
    for (const auto& node : topological_order(split.before.outputs)) {
      split.multiply_adds += parts_.at(node.get()).multiply_adds;
    }
  }

  /// `after` is the graph with the outputs of `before` as inputs.
  void put_inputs(SplitGraph& split) const {
    std::unordered_map<const Node*, Values> inputs;
    for (std::size_t i = 0; i < split.before.outputs.size(); ++i) {
      const Value& value = split.before.outputs[i];
      Values& made = inputs[&value.node()];
      made.resize(value.node().types.size());
      made[static_cast<std::size_t>(value.index())] = ops::input(SplitGraph::name(i), value.type());
    }
    const std::vector<RewriteRule> rules{
        [&](const Node& node, const Values&) -> std::optional<Values> {
          const auto known = inputs.find(&node);
          if (known == inputs.end()) return std::nullopt;
          for (Value& value : known->second) {
            if (!value) value = ops::input("unread", node.types[0]);
          }
          return known->second;
        }};
    const Graph rest{.checks = split.after.checks,
                     .prologue = graph_.prologue,
                     .outputs = graph_.outputs,
                     .updates = graph_.updates};
    split.after = rewrite(rest, rules);
  }

  const Graph& graph_;
  std::vector<std::shared_ptr<const Node>> order_;
  std::unordered_map<const Node*, Part> parts_;
  std::set<std::pair<const Node*, int>> known_;  ///< values that add() has seen
};

}  // namespace

std::optional<SplitGraph> split(const Graph& graph, const SourceKindOf& kind_of) {
  // Dropout behind the frozen layers ends what is in front; random layers before them belong to it.
  Splitter moving(graph, kind_of, SourceKind::data);
  if (moving.meetings() == 0) return std::nullopt;
  Splitter still(graph, kind_of, SourceKind::changing);
  return still.meetings() == moving.meetings() ? still.result() : moving.result();
}

}  // namespace linnet::inline v0
