#include "model/mask_origin.hpp"

#include <algorithm>
#include <unordered_map>

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

bool may_carry_mask(const Value& x) {
  std::unordered_map<const Node*, bool> carries;
  for (const auto& node : topological_order(Values{x})) {
    const auto carried = [&](std::size_t i) { return carries[&node->inputs.at(i).node()]; };
    const auto any_carried = [&] {
      return std::ranges::any_of(node->inputs,
                                 [&](const Value& input) { return carries[&input.node()]; });
    };
    bool& result = carries[node.get()];
    const auto* call = node->op.as<ops::LayerCall>();
    if (call == nullptr) {  // an input of a model, which may stand in another
      result = true;
      continue;
    }
    const LayerInstance& layer = *call->layer.instance();
    if (const Operation* function = function_of(layer)) {
      result = function->function == Operation::kMasked ||
               (function->function == Operation::kMaskOf && carried(1)) ||
               (function->function == Operation::kInference && carried(0));
      continue;
    }
    switch (mask_origin(layer)) {
      case MaskOrigin::none:
        break;
      case MaskOrigin::own:
        result = true;
        break;
      case MaskOrigin::first:
        result = carried(0);
        break;
      case MaskOrigin::all:
        result = any_carried();
        break;
      case MaskOrigin::inside:
        result = any_carried() || makes_masks(*as_model(layer));
        break;
    }
  }
  return carries[&x.node()];
}

}  // namespace linnet::inline v0::detail
