#include <linnet/graph/parameter.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/update.hpp>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "plan/graph.hpp"

namespace linnet::inline v0 {

namespace {

const Parameter* trainable_parameter(const Node& node) {
  const auto* source = node.op.as<ops::ParameterSource>();
  if (source == nullptr || !source->slot.empty()) return nullptr;
  const Parameter& parameter = *source->parameter;
  return parameter.trainable && !parameter.frozen ? &parameter : nullptr;
}

/// a + b, where either may be none; rows stay rows.
Gradient sum(Gradient a, const Gradient& b) {
  if (b.dense) a.dense = a.dense ? ops::add(a.dense, b.dense) : b.dense;
  a.rows.insert(a.rows.end(), b.rows.begin(), b.rows.end());
  return a;
}

/// The gradient of a table of this shape that other ops have made, such as a normalized one: dense.
Value dense(const Gradient& gradient, const Shape& table) {
  Value total = gradient.dense;
  for (const RowsGradient& rows : gradient.rows) {
    const Value index = ops::rows_index(rows, table[0]);
    const Value part = apply(ops::RowsToDense{table[0]}, {index, rows.values});
    total = total ? ops::add(total, part) : part;
  }
  return total;
}

/// Reverse accumulation over the nodes that lie between a trainable parameter and the loss.
class Reverse {
 public:
  explicit Reverse(const Value& loss) : order_(topological_order(std::span(&loss, 1))) {
    for (const auto& node : order_) {
      bool reached = trainable_parameter(*node) != nullptr;
      for (const Value& input : node->inputs) {
        reached = reached || (input && reached_.contains(&input.node()));
      }
      if (reached) reached_.insert(node.get());
    }
    gradients_[&loss.node()] = std::vector<Gradient>(loss.node().types.size());
    gradients_[&loss.node()][static_cast<std::size_t>(loss.index())] = ops::constant(1.0f);
  }

  std::vector<ParameterGradientPair> run() {
    for (auto node = order_.rbegin(); node != order_.rend(); ++node) {
      if (reached_.contains(node->get()) && gradients_.contains(node->get())) visit(*node);
    }
    return std::move(result_);
  }

 private:
  void visit(const std::shared_ptr<const Node>& node) {
    std::vector<Gradient>& arrived = gradients_[node.get()];
    if (const Parameter* parameter = trainable_parameter(*node)) {
      return finish(*parameter, Value(node, 0), arrived[0]);
    }
    Values outputs, output_gradients;
    bool any_gradient = false;
    for (std::size_t i = 0; i < arrived.size(); ++i) {
      outputs.emplace_back(node, static_cast<int>(i));
      output_gradients.push_back(dense(arrived[i], node->types[i].shape));
      any_gradient = any_gradient || output_gradients.back();
    }
    if (!any_gradient) return;
    if (!node->op.differentiable()) return;
    const auto inward = node->op.grad({node->inputs, outputs, output_gradients});
    for (std::size_t i = 0; i < inward.size(); ++i) {
      const Value& input = node->inputs[i];
      if (!inward[i] || !input || !reached_.contains(&input.node())) continue;
      std::vector<Gradient>& slots = gradients_[&input.node()];
      slots.resize(input.node().types.size());
      Gradient& slot = slots[static_cast<std::size_t>(input.index())];
      slot = sum(std::move(slot), inward[i]);
      name(inward[i], node->path);
    }
  }

  /// A parameter that is used in several places has one source node for each; they add up.
  void finish(const Parameter& parameter, const Value& source, const Gradient& gradient) {
    const auto [known, fresh] = position_.try_emplace(&parameter, result_.size());
    if (fresh) {
      result_.push_back({source, gradient});
    } else {
      Gradient& total = result_[known->second].gradient;
      total = sum(std::move(total), gradient);
    }
  }

  static void name(const Gradient& gradient, const std::string& path) {
    if (gradient.dense && gradient.dense.node().path.empty()) gradient.dense.node().path = path;
  }

  std::vector<std::shared_ptr<const Node>> order_;
  std::unordered_set<const Node*> reached_;
  std::unordered_map<const Node*, std::vector<Gradient>> gradients_;
  std::unordered_map<const Parameter*, std::size_t> position_;
  std::vector<ParameterGradientPair> result_;
};

}  // namespace

std::vector<ParameterGradientPair> differentiate(const Value& loss) { return Reverse(loss).run(); }

}  // namespace linnet::inline v0
