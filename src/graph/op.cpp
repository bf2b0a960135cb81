#include <linnet/graph/op.hpp>
#include <unordered_set>

#include "graph/destroy_flat.hpp"

namespace linnet::inline v0 {

const TensorType& Value::type() const {
  if (!node_) detail::fail(ErrorCode::bad_state, "Value: empty, made by no layer and no input");
  return node_->types[static_cast<std::size_t>(index_)];
}

Value Value::with_mask(const Value& mask) const {
  Value v = *this;
  // A mask has none of its own.
  v.mask_ = mask ? std::make_shared<const Value>(Value(mask.node_, mask.index_)) : nullptr;
  return v;
}

Node::~Node() {
  if (!inputs.empty()) detail::destroy_flat(std::move(inputs));
}

Values apply_all(Op op, Values inputs) {
  Types types;
  types.reserve(inputs.size());
  for (const Value& input : inputs) types.push_back(input.type());
  Types outputs = op.infer(types);
  const int count = static_cast<int>(outputs.size());
  const std::shared_ptr<const Node> node(
      new Node{std::move(op), std::move(inputs), std::move(outputs), {}});
  Values values;
  for (int i = 0; i < count; ++i) values.emplace_back(node, i);
  return values;
}

Value apply(Op op, Values inputs) { return apply_all(std::move(op), std::move(inputs)).front(); }

std::vector<std::shared_ptr<const Node>> topological_order(std::span<const Value> roots) {
  struct Visit {
    std::shared_ptr<const Node> node;
    std::size_t next = 0;
  };
  std::vector<std::shared_ptr<const Node>> order;
  std::unordered_set<const Node*> seen;
  std::vector<Visit> stack;
  for (const Value& root : roots) {
    if (root && seen.insert(&root.node()).second) stack.push_back({root.node_handle()});
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next == visit.node->inputs.size()) {
        order.push_back(std::move(visit.node));
        stack.pop_back();
        continue;
      }
      const Value& input = visit.node->inputs[visit.next++];
      if (input && seen.insert(&input.node()).second) stack.push_back({input.node_handle()});
    }
  }
  return order;
}

}  // namespace linnet::inline v0
