#include "keras/mask_effects.hpp"

#include <algorithm>
#include <linnet/layers/multi_head_attention.hpp>
#include <set>
#include <utility>

#include "core/is_one_of.hpp"
#include "layers/operation.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

bool hands_back(const LayerInstance& layer) {
  if (marker_of(&layer) != nullptr) return true;
  if (layer.class_name() == "Activation") {
    return layer.config().at("activation").as_string() == "linear";
  }
  return is_one_of(
      layer.class_name(),
      {"ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise",
       "Identity", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "StochasticDepth"});
}

}  // namespace

bool MaskEffect::empty() const {
  const auto any = [](const std::vector<bool>& off) { return std::ranges::count(off, true) > 0; };
  return !any(inputs_off) && !any(outputs_off);
}

const MaskEffect& MaskEffects::of(const LayerInstance& layer) {
  const auto found = known_.find(&layer);
  if (found != known_.end()) return found->second;
  MaskEffect effect;
  if (layer.class_name() == MultiHeadAttention::kName) effect.inputs_off.assign(3, true);
  if (hands_back(layer)) effect.handed_back = {0};
  if (const ModelState* model = as_model(layer)) effect = of_model(*model);
  return known_[&layer] = std::move(effect);
}

MaskEffect MaskEffects::of_model(const ModelState& model) {
  using Tensor = std::pair<const Node*, Index>;
  std::map<Tensor, Tensor> handed_back;
  std::set<Tensor> off;
  const auto itself = [&](const Value& value) {
    const Tensor tensor{&value.node(), value.index()};
    const auto found = handed_back.find(tensor);
    return found == handed_back.end() ? tensor : found->second;
  };
  for (const auto& node : topological_order(model.outputs)) {
    const LayerInstance* layer = layer_of(*node);
    if (layer == nullptr) continue;
    const MaskEffect& effect = of(*layer);
    for (std::size_t i = 0; i < std::min(effect.inputs_off.size(), node->inputs.size()); ++i) {
      if (effect.inputs_off[i]) off.insert(itself(node->inputs[i]));
    }
    for (std::size_t i = 0; i < effect.outputs_off.size(); ++i) {
      if (effect.outputs_off[i]) off.insert({node.get(), static_cast<Index>(i)});
    }
    for (std::size_t i = 0; i < effect.handed_back.size(); ++i) {
      const auto input = static_cast<std::size_t>(effect.handed_back[i]);
      if (input >= node->inputs.size()) continue;
      handed_back[{node.get(), static_cast<Index>(i)}] = itself(node->inputs[input]);
    }
  }
  MaskEffect effect;
  for (const Value& input : model.inputs) effect.inputs_off.push_back(off.contains(itself(input)));
  for (const Value& output : model.outputs) {
    const Tensor tensor = itself(output);
    const auto input =
        std::ranges::find_if(model.inputs, [&](const Value& x) { return itself(x) == tensor; });
    const bool is_input = input != model.inputs.end();
    effect.handed_back.push_back(is_input ? input - model.inputs.begin() : -1);
    effect.outputs_off.push_back(!is_input && off.contains(tensor));
  }
  return effect;
}

}  // namespace linnet::inline v0::detail::keras
