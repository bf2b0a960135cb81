#include "keras/call_context.hpp"

#include <algorithm>

#include "core/is_one_of.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// An argument with the masks of one input or of all.
struct MaskArgument {
  std::string_view name;
  std::size_t input;
};

constexpr MaskArgument kMasks[] = {
    {"mask", 0}, {"query_mask", 0}, {"value_mask", 1}, {"key_mask", 2}};

/// Layers that use a mask that they are given, and models, which give it to their layers.
bool uses_masks(const Layer& layer) {
  constexpr std::string_view kUsers[] = {"AdditiveAttention",
                                         "Attention",
                                         "BatchNormalization",
                                         "Bidirectional",
                                         "ConvLSTM1D",
                                         "ConvLSTM2D",
                                         "ConvLSTM3D",
                                         "Functional",
                                         "GRU",
                                         "LSTM",
                                         "GlobalAveragePooling1D",
                                         "GroupQueryAttention",
                                         "MultiHeadAttention",
                                         "RNN",
                                         "Sequential",
                                         "SimpleRNN",
                                         "Softmax",
                                         "TimeDistributed"};
  return is_one_of(layer.class_name(), kUsers) || layer.instance()->mask_rule() == MaskRule::pass;
}

}  // namespace

bool is_context(std::string_view argument) {
  return argument == "training" ||
         std::ranges::find(kMasks, argument, &MaskArgument::name) != std::end(kMasks);
}

std::vector<Index> masks_of_call(const Layer& layer, const CallData& call, std::size_t inputs) {
  std::vector<Index> masks(inputs, -1);
  for (const MaskArgument& argument : kMasks) {
    const Config* given = call.kwargs.find(argument.name);
    if (given == nullptr) continue;
    Config list = *given;
    if (!list.is_list()) {
      list = Config::list();
      list.push_back(*given);
    }
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      const Config& mask = list.items()[i];
      if (mask.is_null()) continue;
      const Index tensor = tensor_of(mask);
      const std::size_t input = argument.input + i;
      if (tensor < 0 || input >= inputs || !uses_masks(layer)) {
        fail(ErrorCode::unsupported, cat(layer.class_name(), ": it is called with the argument '",
                                         argument.name, "', which is not supported"));
      }
      masks[input] = tensor;
    }
  }
  return masks;
}

bool is_inference(const Layer& layer, const CallData& call) {
  const Config* training = call.kwargs.find("training");
  if (!call.old_form || training == nullptr || training->is_null()) return false;
  const bool on = training->is_bool() ? training->as_bool() : training->as_number() != 0;
  if (on) {
    fail(ErrorCode::unsupported, cat(layer.class_name(),
                                     ": it is called with training=True, so it "
                                     "trains also in predict(), which is not supported"));
  }
  return true;
}

}  // namespace linnet::inline v0::detail::keras
