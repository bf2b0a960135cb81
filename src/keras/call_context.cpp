#include "keras/call_context.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include "core/is_one_of.hpp"
#include "model/mask_origin.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// An argument with the masks of one input or of all.
struct MaskArgument {
  std::string_view name;
  std::size_t input;
};

constexpr MaskArgument kMasks[] = {
    {"mask", 0}, {"query_mask", 0}, {"value_mask", 1}, {"key_mask", 2}};

/// True for layers that use a mask that they are given, and models, which give it to their layers.
bool uses_masks(const Layer& layer) {
  return takes_mask(*layer.instance()) || layer.instance()->mask_rule() == MaskRule::pass;
}

bool is_model(const Layer& layer) { return as_model(*layer.instance()) != nullptr; }

/// Adds the masks of an argument in the order of its inputs, which lists and names may hold.
void add_masks_of(const Config& argument, Config& all) {
  if (argument.is_list()) {
    for (const Config& item : argument.items()) add_masks_of(item, all);
  } else if (argument.is_object() && tensor_of(argument) < 0) {
    for (const auto& [key, item] : argument.members()) add_masks_of(item, all);
  } else {
    all.push_back(argument);
  }
}

/// A model puts masks on its inputs: of a tensor that is two of them the last one counts for both.
void share_masks(const CallData& call, const std::vector<Index>& inputs,
                 std::vector<Index>& masks) {
  std::map<std::tuple<std::string_view, Index, Index>, Index> last;
  const auto tensor = [&](std::size_t i) {
    const TensorRef& ref = call.tensors[static_cast<std::size_t>(inputs[i])];
    return std::tuple<std::string_view, Index, Index>(ref.layer, ref.call, ref.output);
  };
  for (std::size_t i = 0; i < masks.size(); ++i) {
    if (masks[i] >= 0) last[tensor(i)] = masks[i];
  }
  for (std::size_t i = 0; i < masks.size(); ++i) {
    const auto found = last.find(tensor(i));
    if (found != last.end()) masks[i] = found->second;
  }
}

}  // namespace

bool is_context(std::string_view argument) {
  return argument == "training" ||
         std::ranges::find(kMasks, argument, &MaskArgument::name) != std::end(kMasks);
}

bool takes_states(std::string_view class_name) {
  return is_one_of(class_name, {"SimpleRNN", "LSTM", "GRU", "RNN", "ConvLSTM1D", "ConvLSTM2D",
                                "ConvLSTM3D", "Bidirectional"});
}

std::vector<Index> masks_of_call(const Layer& layer, const CallData& call,
                                 const std::vector<Index>& inputs) {
  std::vector<Index> masks(inputs.size(), kOwnMask);
  const std::string_view kind = layer.class_name();
  if (takes_states(kind) && inputs.size() > 1 && !call.old_form) masks[0] = kNoMask;
  for (const MaskArgument& argument : kMasks) {
    const Config* given = call.kwargs.find(argument.name);
    if (given == nullptr || given->is_null()) continue;
    // Keras takes the mask that the query carries, and not this one.
    if (argument.name == "query_mask" && kind == "MultiHeadAttention") continue;
    Config list = Config::list();
    add_masks_of(*given, list);
    // A third mask, the key's, is without effect in these layers.
    const bool pair = is_one_of(kind, {"AdditiveAttention", "Attention"});
    const std::size_t count = std::min<std::size_t>(list.items().size(), pair ? 2 : SIZE_MAX);
    for (std::size_t i = 0; i < count; ++i) {
      const Config& mask = list.items()[i];
      const std::size_t input = argument.input + i;
      if (mask.is_null()) {
        if (input < inputs.size() && !is_model(layer)) masks[input] = kNoMask;
        continue;
      }
      const Index tensor = tensor_of(mask);
      if (tensor < 0 || input >= inputs.size() || !uses_masks(layer)) {
        fail(ErrorCode::unsupported, cat(layer.class_name(), ": it is called with the argument '",
                                         argument.name, "', which is not supported"));
      }
      masks[input] = tensor;
    }
  }
  if (is_model(layer)) share_masks(call, inputs, masks);
  return masks;
}

bool keeps_mask_of_input(const Layer& layer, const std::vector<Index>& masks) {
  if (masks.empty() || masks.front() == kOwnMask) return false;
  if (layer.class_name() == "GroupQueryAttention") return true;
  return masks.front() == kNoMask && takes_states(layer.class_name()) &&
         mask_origin(*layer.instance()) == MaskOrigin::first;
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
