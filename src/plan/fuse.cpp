// What an inference plan joins. Batch normalization goes into the weights before it; bias, residual
// and activation are added where a convolution writes. A normalization with no weights before it
// takes its activation along.
#include <linnet/ops/activation.hpp>
#include <linnet/ops/convolution.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/normalization.hpp>
#include <linnet/ops/shape.hpp>
#include <unordered_map>

#include "plan/constants.hpp"
#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

class Fuser {
 public:
  explicit Fuser(const Graph& graph) {
    const Values roots = graph.roots();
    for (const Value& root : roots) ++uses_[&root.node()];
    for (const auto& node : topological_order(roots)) {
      for (const Value& input : node->inputs) {
        if (input) ++uses_[&input.node()];
      }
    }
  }

  /// scale_offset(convolution(x, k, b), s, t) -> convolution(x, k s, b s + t); a matrix product
  /// likewise.
  std::optional<Values> fold_scale(const Node& node, const Values& inputs) {
    if (node.op.as<ops::ScaleOffset>() == nullptr || !only_here(node, 0)) return std::nullopt;
    const Node& before = inputs[0].node();
    const auto* product = before.op.as<ops::MatMul>();
    const bool folds = before.op.as<ops::Convolution>() != nullptr ||
                       (product != nullptr && !product->transpose_b);
    if (!folds || !constants_.holds(inputs[1]) || !constants_.holds(inputs[2])) return std::nullopt;
    for (std::size_t i = 1; i < before.inputs.size(); ++i) {
      if (!constants_.holds(before.inputs[i])) return std::nullopt;
    }
    const Value &scale = inputs[1], &offset = inputs[2];
    Value bias = offset;
    if (before.inputs.size() > 2) {
      bias = ops::add(ops::multiply(before.inputs[2], scale), offset);
    }
    return Values{
        linnet::apply(before.op, {before.inputs[0], ops::multiply(before.inputs[1], scale), bias})};
  }

  /// activate(convolution) -> fused_convolution
  std::optional<Values> fuse_activation(const Node& node, const Values& inputs) {
    const auto* activate = node.op.as<ops::Activate>();
    if (activate == nullptr || !only_here(node, 0)) return std::nullopt;
    auto fused = as_fused(inputs[0]);
    if (!fused || fused->op.activation) return std::nullopt;
    fused->op.activation = *activate;
    return Values{linnet::apply(fused->op, fused->inputs)};
  }

  /// convolution + residual -> fused_convolution
  std::optional<Values> fuse_residual(const Node& node, const Values& inputs) {
    const auto* binary = node.op.as<ops::Binary>();
    if (binary == nullptr || binary->kind != ops::BinaryKind::add) return std::nullopt;
    if (inputs[0].type() != inputs[1].type() || inputs[0] == inputs[1]) return std::nullopt;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      if (!only_here(node, i)) continue;
      auto fused = as_fused(inputs[i]);
      if (!fused || fused->op.activation || fused->inputs.size() > 3) continue;
      fused->inputs.push_back(inputs[1 - i]);
      return Values{linnet::apply(fused->op, fused->inputs)};
    }
    return std::nullopt;
  }

 private:
  struct Fused {
    ops::FusedConvolution op;
    Values inputs;
  };

  /// True if nobody but `node` reads its input `i`.
  bool only_here(const Node& node, std::size_t i) const {
    return uses_.at(&node.inputs[i].node()) == 1;
  }

  static std::optional<Fused> as_fused(const Value& value) {
    const Node& node = value.node();
    if (const auto* fused = node.op.as<ops::FusedConvolution>()) return Fused{*fused, node.inputs};
    const auto* convolution = node.op.as<ops::Convolution>();
    if (convolution == nullptr) return std::nullopt;
    Values inputs = node.inputs;
    if (inputs.size() == 2) {
      inputs.push_back(ops::constant(Tensor(DType::float32, {node.types[0].shape[-1]})));
    }
    return Fused{{.convolution = *convolution}, std::move(inputs)};
  }

  std::unordered_map<const Node*, int> uses_;
  Constants constants_;
};

}  // namespace

Graph fuse(const Graph& graph) {
  Fuser fuser(graph);
  const std::vector<RewriteRule> rules{
      [&](const Node& node, const Values& inputs) { return fuser.fold_scale(node, inputs); },
      [&](const Node& node, const Values& inputs) { return fuser.fuse_activation(node, inputs); },
      [&](const Node& node, const Values& inputs) { return fuser.fuse_residual(node, inputs); }};
  return rewrite(graph, rules);
}

}  // namespace linnet::inline v0
