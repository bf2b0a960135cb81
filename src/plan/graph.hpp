// Graph: the ops of one plan as roots in running order, and the passes over it.
#pragma once

#include <functional>
#include <linnet/graph/op.hpp>
#include <optional>
#include <vector>

namespace linnet::inline v0 {

/// What a plan computes. Nodes run in the topological order of the roots, taken in this order.
struct Graph {
  Values checks = {};    ///< refuse bad data before anything is changed
  Values prologue = {};  ///< updates that must precede the forward pass
  Values outputs = {};   ///< what the caller gets
  Values updates = {};   ///< changes of parameters, slots and states, in call order

  Values roots() const;
};

/// A rule of a pass: given a node and its rewritten inputs, the values that replace its outputs,
/// or nothing.
using RewriteRule = std::function<std::optional<Values>(const Node& node, const Values& inputs)>;

/// Rebuilds the graph bottom-up. The first rule that answers for a node replaces it.
Graph rewrite(const Graph& graph, std::span<const RewriteRule> rules);
Values rewrite(const Values& roots, std::span<const RewriteRule> rules);

/// Replaces patterns by ops that are faster and have their own gradient: embedding and mean,
/// softmax and cross-entropy. Runs before differentiate.
Values combine(const Values& roots);

/// The gradient of the scalar `loss` for each parameter source that is not frozen.
struct ParameterGradientPair {
  Value parameter;
  Gradient gradient;
};
std::vector<ParameterGradientPair> differentiate(const Value& loss);

/// Merges equal nodes and drops those that change nothing.
Graph simplify(const Graph& graph);

/// For plans that only read parameters: folds what follows a convolution into it.
Graph fuse(const Graph& graph);

/// What a source of a graph is to a step of training.
enum class SourceKind : std::uint8_t {
  changing,  ///< parameters that learn, targets, rates
  constant,  ///< parameters that are frozen
  data,      ///< the rows
  random,    ///< the seed
};
using SourceKindOf = std::function<SourceKind(const Node& source)>;

/// A graph in two: what needs no gradient, and the rest, which reads it as inputs.
struct SplitGraph {
  Graph before;  ///< what data and constants alone give, as `outputs`, and their checks
  Graph after;   ///< reads output i of `before` as its input name(i)
  static std::string name(std::size_t i) { return detail::cat("before", static_cast<Index>(i)); }
  bool by_rows = false;      ///< row i of each output depends on row i of the data alone
  double multiply_adds = 0;  ///< that `before` costs for its rows
};

/// Nothing, if no constant parameter meets the data before a changing one does.
std::optional<SplitGraph> split(const Graph& graph, const SourceKindOf& kind_of);

/// True if row i of each output of the node depends on row i alone of those inputs that are `data`,
/// all of which have `rows` rows. False for an op that is not known to be like that.
bool by_rows(const Node& node, const std::vector<bool>& data, Index rows);

/// Throws if the graph breaks a rule that later passes rely on: unknown sizes, strings.
void verify(const Graph& graph);

/// One line a node, for people: "%3 = matmul(%1, %2) float32 (32, 4)  dense".
std::string print(const Graph& graph);

}  // namespace linnet::inline v0
