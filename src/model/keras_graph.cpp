#include "model/keras_graph.hpp"

#include <algorithm>
#include <string_view>

#include "core/is_one_of.hpp"
#include "layers/operation.hpp"
#include "model/mask_origin.hpp"

namespace linnet::inline v0::detail {

KerasGraph::KerasGraph(const Values& outputs, bool masks) : masks_(masks) {
  for (const auto& node : topological_order(outputs)) add(*node);
  for (const Value& output : outputs) outputs_.push_back(tensor(output).node);
}

const KerasNode* KerasGraph::made(std::vector<const KerasNode*> parents,
                                  const LayerInstance* layer) {
  return &nodes_.emplace_back(KerasNode{layer, std::move(parents)});
}

KerasGraph::Tensor KerasGraph::tensor(const Value& value) const {
  return tensors_.at({&value.node(), value.index()});
}

void KerasGraph::add(const Node& node) {
  std::vector<Tensor> inputs;
  for (const Value& input : node.inputs) {
    if (input) inputs.push_back(tensor(input));
  }
  const LayerInstance* layer = layer_of(node);
  if (const Operation* marker = marker_of(layer)) {
    Tensor marked = inputs.front();
    if (marker->function == Operation::kUnmasked) marked.mask = nullptr;
    if (marker->function == Operation::kMasked) marked.mask = inputs[1].node;
    if (marker->function == Operation::kMaskOf) marked.mask = inputs[1].mask;
    tensors_[{&node, 0}] = marked;
    return;
  }
  std::vector<const KerasNode*> parents;
  for (const Tensor& input : inputs) parents.push_back(input.node);
  for (const Tensor& input : inputs) {
    if (input.mask != nullptr && layer != nullptr && takes_mask(*layer)) {
      parents.push_back(input.mask);
    }
  }
  const Tensor first{made(std::move(parents), layer),
                     layer != nullptr && masks_ ? mask_of(*layer, inputs) : nullptr};
  for (std::size_t i = 0; i < node.types.size(); ++i) {
    tensors_[{&node, static_cast<int>(i)}] = i == 0 ? first : Tensor{first.node, nullptr};
  }
}

const KerasNode* KerasGraph::mask_of(const LayerInstance& layer,
                                     const std::vector<Tensor>& inputs) {
  if (inputs.empty()) return nullptr;
  const Tensor& x = inputs.front();
  switch (mask_origin(layer)) {
    case MaskOrigin::own:
      return layer.class_name() == "Masking" ? made({made({x.node})}) : made({x.node});
    case MaskOrigin::first:
      return x.mask;
    case MaskOrigin::all:
      return layer.class_name() == "Concatenate" ? joined(inputs) : either(inputs);
    default:
      return nullptr;
  }
}

/// Any of what is put together from each input's mask, which needs the input for its shape.
const KerasNode* KerasGraph::joined(const std::vector<Tensor>& inputs) {
  if (std::ranges::none_of(inputs, [](const Tensor& x) { return x.mask != nullptr; })) {
    return nullptr;
  }
  std::vector<const KerasNode*> parts;
  for (const Tensor& x : inputs) {
    const KerasNode* like = made({x.node});
    parts.push_back(x.mask == nullptr ? like : made({made({x.mask}), like}));
  }
  return made({made(std::move(parts))});
}

/// One mask or the other, if each input has one.
const KerasNode* KerasGraph::either(const std::vector<Tensor>& inputs) {
  const KerasNode* mask = inputs.front().mask;
  for (std::size_t i = 1; i < inputs.size() && mask != nullptr; ++i) {
    mask = inputs[i].mask == nullptr ? nullptr : made({mask, inputs[i].mask});
  }
  return mask;
}

}  // namespace linnet::inline v0::detail
