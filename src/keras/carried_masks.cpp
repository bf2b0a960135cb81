#include "keras/carried_masks.hpp"

#include <algorithm>
#include <cstdint>
#include <linnet/layers.hpp>

#include "core/is_one_of.hpp"
#include "keras/call_context.hpp"
#include "layers/operation.hpp"
#include "model/mask_origin.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// The input of a function with this number.
Config input(Index number) {
  Config tensor = Config::object();
  tensor["tensor"] = Config(number);
  return tensor;
}

Value function(const char* name, std::initializer_list<Config::Member> given, Values inputs) {
  OperationArguments arguments;
  for (const Config::Member& member : given) arguments.given[member.key] = member.value;
  return call(linnet::Operation{.function = name, .arguments = std::move(arguments)},
              std::move(inputs));
}

Value differs(const Value& x, const Config& number) {
  return function("numpy.NotEqual", {{"x1", input(0)}, {"x2", number}}, {x});
}

Value any_of_last(const Value& x) {
  return function("numpy.Any", {{"x", input(0)}, {"axis", Config(-1)}}, {x});
}

Value either(const Value& a, const Value& b) {
  return function("numpy.LogicalOr", {{"x1", input(0)}, {"x2", input(1)}}, {a, b});
}

/// Truth in the shape of x, all true or all false.
Value truth_like(const char* name, const Value& x) {
  return function(name, {{"x", input(0)}, {"dtype", Config("bool")}}, {x});
}

/// The mask (batch, time) for each element of `x`, as Keras has it.
Value spread(const Value& mask, const Value& x) {
  if (!mask) return truth_like("numpy.OnesLike", x);
  if (mask.shape().rank() >= x.shape().rank()) return mask;
  return either(function("numpy.ExpandDims", {{"x", input(0)}, {"axis", Config(-1)}}, {mask}),
                truth_like("numpy.ZerosLike", x));
}

Value joined(const Values& parts, const Config& axis) {
  Config list = Config::list();
  for (std::size_t i = 0; i < parts.size(); ++i) list.push_back(input(static_cast<Index>(i)));
  return any_of_last(function("numpy.Concatenate", {{"xs", list}, {"axis", axis}}, parts));
}

}  // namespace

CarriedMasks::Mask CarriedMasks::of(const Value& x) const {
  const auto found = masks_.find(&x.node());
  if (found == masks_.end()) return {};
  const LayerInstance* layer = layer_of(x.node());
  const std::size_t masked = layer == nullptr ? 1 : masked_outputs(*layer);
  const bool first = static_cast<std::size_t>(x.index()) < masked;
  return first || found->second.elsewhere ? found->second : Mask();
}

void CarriedMasks::begin(const Values& inputs) {
  for (const Value& input : inputs) masks_[&input.node()] = {{}, true};
}

bool CarriedMasks::may_carry(const CallArgument& argument) const {
  return argument.mask || of(argument.given).elsewhere;
}

void CarriedMasks::add(const Node& node) {
  const LayerInstance* layer = layer_of(node);
  if (layer == nullptr || node.inputs.empty()) return;
  const Mask mask = made(node, *layer);
  if (mask.value || mask.elsewhere) masks_[&node] = mask;
}

CarriedMasks::Mask CarriedMasks::made(const Node& node, const LayerInstance& layer) const {
  const Values& inputs = node.inputs;
  if (const Operation* marker = marker_of(&layer)) {
    if (marker->function == Operation::kMasked) return {inputs[1]};
    if (marker->function == Operation::kMaskOf) return of(inputs[1]);
    return marker->function == Operation::kUnmasked ? Mask() : of(inputs[0]);
  }
  switch (mask_origin(layer)) {
    case MaskOrigin::none:
      return {};
    case MaskOrigin::own:
      if (layer.class_name() == Embedding::kName) return {differs(inputs[0], Config(0))};
      return {any_of_last(differs(inputs[0], layer.config().at("mask_value")))};
    case MaskOrigin::first:
      return of(inputs[0]);
    case MaskOrigin::all:
      return merged(node);
    case MaskOrigin::inside:
      break;
  }
  const bool may =
      makes_masks(*as_model(layer)) || std::ranges::any_of(inputs, [&](const Value& x) {
        const Mask mask = of(x);
        return mask.value || mask.elsewhere;
      });
  return {{}, may};
}

CarriedMasks::Mask CarriedMasks::merged(const Node& node) const {
  const LayerInstance& layer = *layer_of(node);
  Values masks;
  std::size_t with = 0;
  for (const Value& x : node.inputs) {
    const Mask mask = of(x);
    if (mask.elsewhere) return mask;
    masks.push_back(mask.value);
    if (mask.value) ++with;
  }
  if (layer.class_name() == Concatenate::kName) {
    if (with == 0) return {};
    for (std::size_t i = 0; i < masks.size(); ++i) masks[i] = spread(masks[i], node.inputs[i]);
    return {joined(masks, layer.config().at("axis"))};
  }
  if (with < masks.size()) return {};
  Value all = masks.front();
  for (std::size_t i = 1; i < masks.size(); ++i) all = either(all, masks[i]);
  return {all};
}

void CarriedMasks::complete(const LayerInstance& layer,
                            std::vector<CallArgument>& arguments) const {
  if (!takes_mask(layer)) return;
  const std::string_view kind = layer.class_name();
  const bool attention = is_one_of(kind, {AdditiveAttention::kName, Attention::kName});
  if (kind == MultiHeadAttention::kName && arguments.front().mask) {
    fail(ErrorCode::unsupported,
         "in Keras the layer takes the mask that the query carries, and no other");
  }
  const bool states = takes_states(kind) && arguments.size() > 1;
  const std::size_t most = states ? 1 : attention ? 2 : 3;  // a fourth input is an attention mask
  bool told = states, elsewhere = false;
  for (std::size_t i = 0;
       i < std::min(arguments.size(), as_model(layer) != nullptr ? SIZE_MAX : most); ++i) {
    CallArgument& argument = arguments[i];
    if (!argument.mask && !argument.unmasked) {
      const Mask mask = of(argument.given);
      argument.mask = mask.value;
      elsewhere = elsewhere || mask.elsewhere;
    }
    told = told || (attention && (argument.mask || argument.unmasked));
  }
  if (told && elsewhere) {
    fail(
        ErrorCode::unsupported,
        "in Keras this call needs the masks of its inputs as arguments, but one is made in another "
        "model");
  }
}

}  // namespace linnet::inline v0::detail::keras
