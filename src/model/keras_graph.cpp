#include "model/keras_graph.hpp"

#include <algorithm>
#include <string_view>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "layers/operation.hpp"

namespace linnet::inline v0::detail {

namespace {

bool is_set(const LayerInstance& layer, std::string_view key) {
  return flag_at(layer.config(), key);
}

/// Its call() has an argument for a mask.
bool takes_mask(const LayerInstance& layer) {
  return as_model(layer) != nullptr ||
         is_one_of(
             layer.class_name(),
             {"AdditiveAttention", "Attention", "BatchNormalization", "Bidirectional", "ConvLSTM1D",
              "ConvLSTM2D", "ConvLSTM3D", "GRU", "GlobalAveragePooling1D", "GroupQueryAttention",
              "LSTM", "MultiHeadAttention", "RNN", "SimpleRNN", "Softmax", "TimeDistributed"});
}

bool gives_sequences(const LayerInstance& layer) {
  if (layer.class_name() != "Bidirectional") return is_set(layer, "return_sequences");
  const auto inner = layer.sublayers();
  return !inner.empty() && is_set(*inner.front(), "return_sequences");
}

/// The function that marks an argument of the call behind it, and makes no node in Keras.
bool is_marker(const LayerInstance& layer) {
  const Operation* function = function_of(layer);
  return function != nullptr &&
         (function->function == Operation::kMasked || function->function == Operation::kInference);
}

}  // namespace

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
  const auto* call = node.op.as<ops::LayerCall>();
  const LayerInstance* layer = call == nullptr ? nullptr : call->layer.instance().get();
  if (layer != nullptr && is_marker(*layer)) {
    Tensor marked = inputs.front();
    if (inputs.size() > 1) marked.mask = inputs[1].node;
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
  const std::string_view kind = layer.class_name();
  if (inputs.empty()) return nullptr;
  const Tensor& x = inputs.front();
  if (kind == "Embedding") return is_set(layer, "mask_zero") ? made({x.node}) : nullptr;
  if (kind == "Masking") return made({made({x.node})});
  if (kind == "Concatenate") return joined(inputs);
  if (is_one_of(kind, {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})) {
    return either(inputs);
  }
  if (is_one_of(kind, {"Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM",
                       "RNN", "SimpleRNN"})) {
    return gives_sequences(layer) ? x.mask : nullptr;
  }
  const bool passes = layer.mask_rule() == MaskRule::pass ||
                      is_one_of(kind, {"AdditiveAttention", "Attention", "GroupQueryAttention",
                                       "MultiHeadAttention", "TimeDistributed"});
  return passes ? x.mask : nullptr;
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
