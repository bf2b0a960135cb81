#include "model/keras_layers.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "model/keras_graph.hpp"

namespace linnet::inline v0::detail {

namespace {

using Numbers = std::unordered_map<const LayerInstance*, Index>;

/// What a walk from the outputs to the inputs, depth first, finds: when it comes upon each layer,
/// and the nodes in the order in which it leaves them, parents first.
struct Walk {
  Numbers visits;
  std::vector<const KerasNode*> left;

  explicit Walk(const std::vector<const KerasNode*>& outputs) {
    struct Visit {
      const KerasNode* node;
      std::size_t next = 0;
    };
    std::unordered_set<const KerasNode*> seen;
    std::vector<Visit> stack;
    const auto enter = [&](const KerasNode* node) {
      if (!seen.insert(node).second) return;
      if (node->layer != nullptr) visits.emplace(node->layer, static_cast<Index>(visits.size()));
      stack.push_back({node});
    };
    for (const KerasNode* output : outputs) {
      enter(output);
      while (!stack.empty()) {
        Visit& visit = stack.back();
        if (visit.next == visit.node->parents.size()) {
          left.push_back(visit.node);
          stack.pop_back();
        } else {
          enter(visit.node->parents[visit.next++]);
        }
      }
    }
  }
};

/// The longest way from each layer to an output, in nodes.
Numbers depths(const std::vector<const KerasNode*>& parents_first) {
  std::unordered_map<const KerasNode*, Index> of_nodes;
  Numbers of_layers;
  std::for_each(parents_first.rbegin(), parents_first.rend(), [&](const KerasNode* node) {
    Index depth = of_nodes[node];
    if (node->layer != nullptr) {
      depth = std::max(depth, of_layers[node->layer]);  // of a layer used twice, the deeper use
      of_layers[node->layer] = depth;
    }
    for (const KerasNode* parent : node->parents) {
      Index& below = of_nodes[parent];
      below = std::max(below, depth + 1);
    }
  });
  return of_layers;
}

std::vector<std::shared_ptr<LayerInstance>> in_order(const ModelState& model, bool masks) {
  const KerasGraph graph(model.outputs, masks);
  const Walk walk(graph.outputs());
  const Numbers depth = depths(walk.left);
  // A function that marks an argument has no node; it has no weights, so that any place will do.
  const auto number = [](const Numbers& numbers, const auto& layer) {
    const auto at = numbers.find(layer.get());
    return at == numbers.end() ? Index{-1} : at->second;
  };
  auto layers = model.layers;
  std::stable_sort(layers.begin(), layers.end(), [&](const auto& a, const auto& b) {
    const Index da = number(depth, a), db = number(depth, b);
    return da != db ? da > db : number(walk.visits, a) < number(walk.visits, b);
  });
  return layers;
}

}  // namespace

std::vector<std::shared_ptr<LayerInstance>> keras_order(const ModelState& model) {
  return in_order(model, true);
}

std::vector<std::shared_ptr<LayerInstance>> keras2_order(const ModelState& model) {
  return in_order(model, false);
}

}  // namespace linnet::inline v0::detail
