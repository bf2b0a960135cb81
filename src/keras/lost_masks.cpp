#include "keras/lost_masks.hpp"

#include <algorithm>
#include <map>
#include <set>

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

void add_effect(const MaskEffect& effect, const std::vector<Index>& inputs, GraphCall& call) {
  for (std::size_t i = 0; i < std::min(effect.inputs_off.size(), inputs.size()); ++i) {
    if (effect.inputs_off[i]) call.taken_off.push_back(inputs[i]);
  }
  for (std::size_t i = 0; i < effect.outputs_off.size(); ++i) {
    if (effect.outputs_off[i]) call.without.push_back(static_cast<Index>(i));
  }
  for (std::size_t i = 0; i < effect.handed_back.size(); ++i) {
    const auto input = static_cast<std::size_t>(effect.handed_back[i]);
    if (input < inputs.size()) call.same.push_back({static_cast<Index>(i), inputs[input]});
  }
}

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

std::vector<std::vector<Index>> lost_masks(const std::vector<GraphCall>& calls,
                                           const std::vector<std::size_t>& outputs) {
  std::vector<std::vector<Index>> lost(calls.size());
  std::set<GraphCall::Tensor> without;
  std::map<GraphCall::Tensor, GraphCall::Tensor> same;
  for (const std::size_t number : run_order(calls, outputs)) {
    const GraphCall& call = calls[number];
    const auto tensor = [&](Index i) {
      const GraphCall::Tensor& given = call.tensors[static_cast<std::size_t>(i)];
      const auto found = same.find(given);
      return found == same.end() ? given : found->second;
    };
    for (Index i = 0; i < static_cast<Index>(call.tensors.size()); ++i) {
      if (without.contains(tensor(i))) lost[number].push_back(i);
    }
    for (const Index i : call.put_on) without.erase(tensor(i));
    for (const Index i : call.taken_off) without.insert(tensor(i));
    for (const Index output : call.without) without.insert({number, output});
    for (const auto& [output, i] : call.same) same[{number, output}] = tensor(i);
  }
  return lost;
}

}  // namespace linnet::inline v0::detail::keras
