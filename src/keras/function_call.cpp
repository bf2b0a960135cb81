#include "keras/function_call.hpp"

#include "keras/plain_config.hpp"
#include "operations/operations.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// "keras.src.ops.numpy" and "Add": "numpy.Add". In an `.h5` file there is no module.
std::string function_name(const Entry& entry) {
  for (const char* module : {"numpy", "nn", "math", "core", "linalg"}) {
    std::string name = cat(module, ".", entry.class_name);
    if (entry.module.empty() && find_operation(name) != nullptr) return name;
  }
  const std::size_t dot = entry.module.rfind('.');
  return cat(dot == entry.module.npos ? entry.module : entry.module.substr(dot + 1), ".",
             entry.class_name);
}

/// What was given by place, under the names that a function has for it.
void name_arguments(std::string_view takes, const Config& args, Config& arguments) {
  std::size_t next = 0;
  const auto& items = args.items();
  while (!takes.empty()) {
    const std::size_t space = std::min(takes.find(' '), takes.size());
    std::string_view name = takes.substr(0, space);
    takes.remove_prefix(std::min(space + 1, takes.size()));
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

}  // namespace

FunctionCall read_function(const Entry& entry, const CallData& call) {
  if (entry.class_name == "TFOpLambda" || entry.class_name == "SlicingOpLambda") {
    return tensorflow_function(entry, call);
  }
  FunctionCall made{function_name(entry)};
  const OperationInfo* info = find_operation(made.function);
  if (info == nullptr) {
    fail(ErrorCode::unsupported,
         cat("the function ", entry.class_name,
             entry.module.empty() ? "" : cat(" of ", entry.module), " is not supported"));
  }
  const Config fixed = plain(*entry.config);
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
