#include "keras/function_call.hpp"

#include "core/config_access.hpp"
#include "keras/plain_config.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// "keras.src.ops.numpy" and "Add": "numpy.Add". In an `.h5` file there is no module.
std::string function_name(const Entry& entry) {
  if (entry.module.empty()) {
    if (const OperationInfo* known = operation_of_class(entry.class_name)) {
      return std::string(known->name);
    }
  }
  const std::size_t dot = entry.module.rfind('.');
  return cat(dot == entry.module.npos ? entry.module : entry.module.substr(dot + 1), ".",
             entry.class_name);
}

/// What was given by place, under the names that a function has for it.
void name_arguments(std::string_view takes, const Config& args, Config& arguments) {
  std::size_t next = 0;
  const auto& items = args.items();
  for (std::string_view name : words_in(takes)) {
    if (name.ends_with("*")) {
      name.remove_suffix(1);
      Config rest = Config::list();
      while (next < items.size()) rest.push_back(items[next++]);
      arguments[name] = std::move(rest);
    } else if (next < items.size()) {
      arguments[name] = items[next++];
    }
  }
  if (next == items.size()) return;
  fail(ErrorCode::unsupported, cat("it is called with ", std::uint64_t{items.size()},
                                   " arguments, of which ", std::uint64_t{next}, " are known"));
}

/// Error: more arguments than any function has; each costs a look at those before it.
void refuse_many(const Config& arguments) {
  constexpr std::size_t kMost = 64;
  if (arguments.members().size() <= kMost) return;
  fail(ErrorCode::corrupt_file,
       cat("a function with ", std::uint64_t{arguments.members().size()}, " arguments by name"));
}

}  // namespace

const OperationInfo* operation_of_class(std::string_view class_name) {
  for (const char* module : {"numpy", "nn", "math", "core", "linalg", "image"}) {
    if (const OperationInfo* info = find_operation(cat(module, ".", class_name))) return info;
  }
  return nullptr;
}

FunctionCall read_function(const Entry& entry, const CallData& call) {
  if (entry.class_name == "TFOpLambda" || entry.class_name == "SlicingOpLambda") {
    return tensorflow_function(entry, call);
  }
  if (entry.class_name == "TensorFlowOpLayer") return tensorflow_node(entry, call);
  FunctionCall made{function_name(entry)};
  const OperationInfo* info = find_operation(made.function);
  if (info == nullptr) {
    fail(ErrorCode::unsupported,
         cat("the function ", entry.class_name,
             entry.module.empty() ? "" : cat(" of ", entry.module), " is not supported"));
  }
  refuse_places(*entry.config);
  const Config fixed = plain(*entry.config);
  refuse_many(fixed);
  refuse_many(call.kwargs);
  for (const auto& [key, value] : fixed.members()) {
    if (key != "name") made.arguments[key] = value;
  }
  name_arguments(info->takes, call.args, made.arguments);
  for (const auto& [key, value] : call.kwargs.members()) {
    if (!value.is_null()) made.arguments[key] = value;
  }
  return made;
}

}  // namespace linnet::inline v0::detail::keras
