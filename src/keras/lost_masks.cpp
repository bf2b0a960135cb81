#include "keras/lost_masks.hpp"

#include <algorithm>
#include <linnet/layers/multi_head_attention.hpp>
#include <set>

#include "layers/operation.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// Each call behind those that it takes outputs of.
std::vector<std::size_t> parents_first(const std::vector<GraphCall>& calls,
                                       const std::vector<std::size_t>& outputs) {
  struct Visit {
    std::size_t call, next;
  };
  std::vector<bool> entered(calls.size());
  std::vector<std::size_t> order;
  for (const std::size_t output : outputs) {
    std::vector<Visit> stack;
    const auto enter = [&](std::size_t call) {
      if (!entered[call]) stack.push_back({call, 0});
      entered[call] = true;
    };
    enter(output);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      const auto& tensors = calls[visit.call].tensors;
      if (visit.next < tensors.size()) {
        enter(tensors[visit.next++].first);
        continue;
      }
      order.push_back(visit.call);
      stack.pop_back();
    }
  }
  return order;
}

}  // namespace

std::vector<std::size_t> run_order(const std::vector<GraphCall>& calls,
                                   const std::vector<std::size_t>& outputs) {
  std::vector<std::size_t> order = parents_first(calls, outputs), listed;
  std::ranges::reverse(order);
  std::size_t layers = 0;
  for (const GraphCall& call : calls) layers = std::max(layers, call.layer + 1);
  std::vector<Index> depth(calls.size(), -1), depth_of_layer(layers);
  const auto at_least = [&](std::size_t call, Index least) {
    if (depth[call] < 0) listed.push_back(call);
    depth[call] = std::max(depth[call], least);
  };
  for (const std::size_t call : order) {
    Index& shared = depth_of_layer[calls[call].layer];
    at_least(call, shared);
    shared = depth[call];
    for (const auto& [parent, output] : calls[call].tensors) at_least(parent, depth[call] + 1);
  }
  std::ranges::stable_sort(listed, [&](auto a, auto b) { return depth[a] > depth[b]; });
  return listed;
}

const std::vector<bool>& MaskTakers::of(const LayerInstance& layer) {
  const auto found = known_.find(&layer);
  if (found != known_.end()) return found->second;
  const ModelState* model = as_model(layer);
  std::vector<bool> taken;
  if (layer.class_name() == MultiHeadAttention::kName) taken.assign(3, true);
  if (model != nullptr) taken = of_model(*model);
  return known_[&layer] = std::move(taken);
}

std::vector<bool> MaskTakers::of_model(const ModelState& model) {
  std::map<const Node*, std::size_t> inputs;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) inputs[&model.inputs[i].node()] = i;
  std::vector<bool> taken;
  for (const auto& node : topological_order(model.outputs)) {
    const LayerInstance* layer = layer_of(*node);
    if (layer == nullptr) continue;
    const std::vector<bool>& inside = of(*layer);
    for (std::size_t k = 0; k < std::min(inside.size(), node->inputs.size()); ++k) {
      const auto input = inputs.find(&node->inputs[k].node());
      if (!inside[k] || input == inputs.end()) continue;
      taken.resize(model.inputs.size());
      taken[input->second] = true;
    }
  }
  return taken;
}

std::vector<std::vector<Index>> lost_masks(const std::vector<GraphCall>& calls,
                                           const std::vector<std::size_t>& outputs) {
  std::vector<std::vector<Index>> lost(calls.size());
  std::set<GraphCall::Tensor> taken;
  for (const std::size_t number : run_order(calls, outputs)) {
    const GraphCall& call = calls[number];
    for (std::size_t i = 0; i < call.tensors.size(); ++i) {
      if (taken.contains(call.tensors[i])) lost[number].push_back(static_cast<Index>(i));
    }
    for (const Index i : call.taken_off) taken.insert(call.tensors[static_cast<std::size_t>(i)]);
  }
  return lost;
}

}  // namespace linnet::inline v0::detail::keras
