#include "model/keras_layers.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace linnet::inline v0::detail {

namespace {

const LayerInstance* layer_of(const Node& node) {
  const auto* call = node.op.as<ops::LayerCall>();
  return call == nullptr ? nullptr : call->layer.instance().get();
}

using Numbers = std::unordered_map<const LayerInstance*, Index>;

/// When a walk from the outputs to the inputs, depth first, comes upon each layer.
Numbers visits(const Values& outputs) {
  struct Visit {
    const Node* node;
    std::size_t next = 0;
  };
  Numbers numbers;
  std::unordered_set<const Node*> seen;
  std::vector<Visit> stack;
  const auto enter = [&](const Value& value) {
    if (!value || !seen.insert(&value.node()).second) return;
    if (const auto* layer = layer_of(value.node())) {
      numbers.emplace(layer, static_cast<Index>(numbers.size()));
    }
    stack.push_back({&value.node()});
  };
  for (const Value& output : outputs) {
    enter(output);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next == visit.node->inputs.size()) {
        stack.pop_back();
      } else {
        enter(visit.node->inputs[visit.next++]);
      }
    }
  }
  return numbers;
}

/// The longest way from each layer to an output, in nodes.
Numbers depths(const Values& outputs) {
  const auto order = topological_order(outputs);
  std::unordered_map<const Node*, Index> of_nodes;
  Numbers of_layers;
  std::for_each(order.rbegin(), order.rend(), [&](const std::shared_ptr<const Node>& node) {
    Index depth = of_nodes[node.get()];
    if (const auto* layer = layer_of(*node)) {
      depth = std::max(depth, of_layers[layer]);  // of a layer used twice, the deeper use
      of_layers[layer] = depth;
    }
    for (const Value& input : node->inputs) {
      if (!input) continue;
      Index& below = of_nodes[&input.node()];
      below = std::max(below, depth + 1);
    }
  });
  return of_layers;
}

}  // namespace

std::vector<std::shared_ptr<LayerInstance>> keras_order(const ModelState& model) {
  const Numbers depth = depths(model.outputs);
  const Numbers visit = visits(model.outputs);
  auto layers = model.layers;
  std::stable_sort(layers.begin(), layers.end(), [&](const auto& a, const auto& b) {
    const Index da = depth.at(a.get());
    const Index db = depth.at(b.get());
    return da != db ? da > db : visit.at(a.get()) < visit.at(b.get());
  });
  return layers;
}

}  // namespace linnet::inline v0::detail
