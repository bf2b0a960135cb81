#include "keras/layer_call.hpp"

#include "io/hdf5/storage.hpp"
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

bool is_nothing(const Config& argument) {
  return argument.is_null() || (argument.is_bool() && !argument.as_bool());
}

}  // namespace

std::vector<Index> tensors_of_call(const Layer& layer, const CallData& call) {
  std::vector<Index> tensors;
  for (const char* key : {"inputs", "input", "x"}) {
    if (const Config* given = call.kwargs.find(key)) add_tensors(*given, key, tensors);
  }
  for (const Config& argument : call.args.items()) add_tensors(argument, "an argument", tensors);
  for (const auto& [key, argument] : call.kwargs.members()) {
    if (key == "inputs" || key == "input" || key == "x" || is_context(key)) continue;
    if (is_nothing(argument)) continue;
    fail(ErrorCode::unsupported, cat(layer.class_name(), ": it is called with the argument '", key,
                                     "', which is not supported"));
  }
  return tensors;
}

Error in_layer(const Error& error, const std::string& name) {
  return error.within(cat("layer ", hdf5::quoted(name)));
}

}  // namespace linnet::inline v0::detail::keras
