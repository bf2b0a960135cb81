#include "keras/layer_call.hpp"

#include <cstdint>
#include <linnet/layers.hpp>

#include "core/config_access.hpp"
#include "core/in_quotes.hpp"
#include "core/is_one_of.hpp"
#include "keras/call_context.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// Adds the tensors in an argument, which may be lists or named. Error: something else is in it.
void add_tensors(const Config& argument, std::string_view name, std::vector<Index>& tensors) {
  if (const Index tensor = tensor_of(argument); tensor >= 0) {
    tensors.push_back(tensor);
  } else if (argument.is_list()) {
    for (const Config& item : argument.items()) add_tensors(item, name, tensors);
  } else if (argument.is_object()) {
    for (const auto& [key, item] : argument.members()) add_tensors(item, name, tensors);
  } else if (!argument.is_null()) {
    fail(ErrorCode::unsupported, cat("it is called with ", argument.kind(), " as ", name));
  }
}

/// Flags of call() that are fields here.
constexpr std::string_view kFlags[] = {"use_causal_mask", "return_attention_scores"};
/// What call() names its first argument.
constexpr std::string_view kFirst[] = {"inputs", "input", "x", "sequences", "sequence", "query"};
/// Tensors behind the others.
constexpr std::string_view kBehind[] = {"value", "key", "initial_state", "attention_mask"};

bool takes(std::string_view class_name, std::string_view key) {
  const bool heads =
      class_name == MultiHeadAttention::kName || class_name == GroupQueryAttention::kName;
  if (is_one_of(key, kFlags)) {
    return heads || class_name == Attention::kName || class_name == AdditiveAttention::kName;
  }
  if (key != "initial_state") return heads;
  return takes_states(class_name);
}

/// Error (unsupported): arguments by their place that are no inputs, as masks in GRU(x, None,
/// mask).
void refuse_further(std::string_view class_name, const CallData& call) {
  if (call.old_form) return;
  const auto& args = call.args.items();
  const std::size_t most = takes(class_name, "key") ? 3 : takes_states(class_name) ? 2 : SIZE_MAX;
  bool left_out = false;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!args[i].is_null() && (left_out || i >= most)) {
      fail(ErrorCode::unsupported, cat(class_name, ": its argument number ", std::uint64_t{i + 1},
                                       " is not supported by its place, only by its name"));
    }
    left_out = left_out || args[i].is_null();
  }
}

}  // namespace

Config fields_of_calls(std::string_view class_name, const std::vector<CallData>& calls) {
  Config fields = Config::object();
  for (const std::string_view flag : kFlags) {
    if (!takes(class_name, flag)) continue;
    std::size_t set = 0;
    for (const CallData& call : calls) {
      const Config* given = call.kwargs.find(flag);
      if (given != nullptr && !is_nothing(*given)) ++set;
    }
    if (set == 0) continue;
    if (set != calls.size()) {
      fail(ErrorCode::unsupported,
           cat(class_name, ": it is called with ", flag, " and without it"));
    }
    fields[std::string(flag)] = Config(true);
  }
  return fields;
}

std::vector<Index> tensors_of_call(const Layer& layer, const CallData& call) {
  std::vector<Index> tensors;
  const auto add = [&](std::string_view key) {
    if (const Config* given = call.kwargs.find(key)) add_tensors(*given, key, tensors);
  };
  refuse_further(layer.class_name(), call);
  for (const std::string_view key : kFirst) add(key);
  for (const Config& argument : call.args.items()) add_tensors(argument, "an argument", tensors);
  for (const std::string_view key : kBehind) {
    if (!takes(layer.class_name(), key)) continue;
    const Config* given = call.kwargs.find(key);
    // A mask stands behind the key, which is the value if it is not given.
    const bool mask = key == "attention_mask" && given != nullptr && !given->is_null();
    if (mask && tensors.size() == 2) tensors.push_back(tensors[1]);
    add(key);
  }
  for (const auto& [key, argument] : call.kwargs.members()) {
    if (is_one_of(key, kFirst) || is_context(key) || is_nothing(argument)) continue;
    if ((is_one_of(key, kFlags) || is_one_of(key, kBehind)) && takes(layer.class_name(), key))
      continue;
    fail(ErrorCode::unsupported, cat(layer.class_name(), ": it is called with the argument '", key,
                                     "', which is not supported"));
  }
  return tensors;
}

Error in_layer(const Error& error, const std::string& name) {
  return error.within(cat("layer ", in_quotes(name)));
}

}  // namespace linnet::inline v0::detail::keras
