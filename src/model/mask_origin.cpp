#include "model/mask_origin.hpp"

#include <algorithm>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "layers/operation.hpp"

namespace linnet::inline v0::detail {

namespace {

bool gives_sequences(const LayerInstance& layer) {
  const auto inner = layer.sublayers();
  const bool both = layer.class_name() == "Bidirectional" && !inner.empty();
  return flag_at((both ? *inner.front() : layer).config(), "return_sequences");
}

}  // namespace

bool makes_masks(const ModelState& model) {
  return std::ranges::any_of(model.layers, [](const auto& layer) {
    const ModelState* inner = as_model(*layer);
    const Operation* function = function_of(*layer);
    return (inner != nullptr && makes_masks(*inner)) ||
           (function != nullptr && function->function == Operation::kMasked) ||
           mask_origin(*layer) == MaskOrigin::own;
  });
}

bool takes_mask(const LayerInstance& layer) {
  return as_model(layer) != nullptr ||
         is_one_of(
             layer.class_name(),
             {"AdditiveAttention", "Attention", "BatchNormalization", "Bidirectional", "ConvLSTM1D",
              "ConvLSTM2D", "ConvLSTM3D", "GRU", "GlobalAveragePooling1D", "GroupQueryAttention",
              "LSTM", "MultiHeadAttention", "RNN", "SimpleRNN", "Softmax", "TimeDistributed"});
}

MaskOrigin mask_origin(const LayerInstance& layer) {
  if (as_model(layer) != nullptr) return MaskOrigin::inside;
  if (layer.mask_rule() == MaskRule::pass) return MaskOrigin::first;
  const std::string_view kind = layer.class_name();
  if (kind == "SpectralNormalization") {
    const auto inner = layer.sublayers();
    const bool passes = !inner.empty() && mask_origin(*inner.front()) == MaskOrigin::first;
    return passes ? MaskOrigin::first : MaskOrigin::none;
  }
  if (kind == "Embedding") {
    return flag_at(layer.config(), "mask_zero") ? MaskOrigin::own : MaskOrigin::none;
  }
  if (kind == "Masking") return MaskOrigin::own;
  if (is_one_of(kind, {"AdditiveAttention", "Attention", "GroupQueryAttention",
                       "MultiHeadAttention", "TimeDistributed"})) {
    return MaskOrigin::first;
  }
  if (is_one_of(kind, {"Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM",
                       "RNN", "SimpleRNN"})) {
    return gives_sequences(layer) ? MaskOrigin::first : MaskOrigin::none;
  }
  const bool merges = is_one_of(
      kind, {"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"});
  return merges ? MaskOrigin::all : MaskOrigin::none;
}

std::size_t masked_outputs(const LayerInstance& layer) {
  if (layer.class_name() != "Bidirectional") return 1;
  const Config config = layer.config();
  const Config* mode = config.find("merge_mode");
  return mode != nullptr && mode->is_null() ? 2 : 1;
}

bool MaskCarriers::may_carry(const Value& x) {
  std::vector<const Node*> stack{&x.node()};
  while (!stack.empty()) {
    const Node& node = *stack.back();
    const std::size_t size = stack.size();
    for (const Value& input : node.inputs) {
      if (!known_.contains(&input.node())) stack.push_back(&input.node());
    }
    if (stack.size() > size) continue;
    known_[&node] = of_node(node);
    stack.pop_back();
  }
  return known_[&x.node()];
}

bool MaskCarriers::of_node(const Node& node) {
  if (layer_of(node) == nullptr) return true;  // a model's input: it may stand in another
  const auto carries = [&](const Value& input) { return known_[&input.node()]; };
  const LayerInstance& layer = *layer_of(node);
  const Values& inputs = node.inputs;
  if (const Operation* function = function_of(layer)) {
    return function->function == Operation::kMasked ||
           (function->function == Operation::kMaskOf && carries(inputs[1])) ||
           (function->function == Operation::kInference && carries(inputs[0]));
  }
  switch (mask_origin(layer)) {
    case MaskOrigin::none:
      return false;
    case MaskOrigin::own:
      return true;
    case MaskOrigin::first:
      return !inputs.empty() && carries(inputs[0]);
    case MaskOrigin::all:
      return std::ranges::any_of(inputs, carries);
    case MaskOrigin::inside:
      break;
  }
  const auto [known, fresh] = makers_.emplace(&layer, false);
  if (fresh) known->second = makes_masks(*as_model(layer));
  return known->second || std::ranges::any_of(inputs, carries);
}

}  // namespace linnet::inline v0::detail
