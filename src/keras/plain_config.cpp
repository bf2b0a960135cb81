#include "keras/plain_config.hpp"

#include <linnet/initializers.hpp>
#include <linnet/regularizers.hpp>
#include <optional>

#include "core/config_access.hpp"
#include "core/in_quotes.hpp"
#include "keras/layer_config.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

const Config& value_of(const Config& object) {
  const Config* config = object.find("config");
  return (config != nullptr && config->is_object() ? *config : object).at("value");
}

/// What an object of this class stands for, if it is one of Python's values.
std::optional<Config> python_value(const Config& object) {
  const std::string* kind = string_at(object, "class_name");
  if (const std::string* type = string_at(object, "type"); kind == nullptr && type != nullptr) {
    if (*type == "ndarray" || *type == "tuple") return plain(object.at("value"));
    return {};
  }
  if (kind == nullptr) return {};
  if (*kind == "__tuple__" || *kind == "__set__") {
    const Config* items = object.find("items");
    return plain(items != nullptr ? *items : value_of(object));
  }
  if (*kind == "__numpy__" || *kind == "__tensor__") return plain(value_of(object));
  if (*kind == "__ellipsis__" || *kind == "__keras_tensor__" || *kind == "__slice__") return {};
  if (*kind == "__lambda__" || *kind == "__bytecode__") {
    fail(ErrorCode::unsupported, "a Python function stands in the file, and none is ever run");
  }
  if (*kind == "function") {
    const Config& name = object.at("config");
    if (name.is_string()) return name;
    fail(ErrorCode::unsupported, "a function that is not known by its name");
  }
  return {};
}

/// Error: unsupported: an initializer, regularizer or constraint of another module than Keras's
/// that has the name of one of Keras's.
void check_origin(std::string_view key, const Config& given) {
  const std::string* name = given.is_object() ? string_at(given, "class_name") : nullptr;
  if (name == nullptr || !is_of_stranger(given.find("module"))) return;
  if ((key.ends_with("initializer") && Initializers::find(*name) >= 0) ||
      (key.ends_with("regularizer") && Regularizers::find(*name) >= 0) ||
      (key.ends_with("constraint") && Constraints::find(*name) >= 0)) {
    refuse_stranger(*name, given.at("module"));
  }
}

}  // namespace

bool is_of_stranger(const Config* module) {
  return module != nullptr && module->is_string() && !is_keras_module(module->as_string());
}

void refuse_stranger(std::string_view name, const Config& module) {
  fail(ErrorCode::unsupported, cat(in_quotes(name), " of ", in_quotes(module.as_string()),
                                   " is not supported; it is not what Keras calls so"));
}

Config plain(const Config& value) {
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(plain(item));
    return list;
  }
  if (!value.is_object()) return value;
  if (std::optional<Config> python = python_value(value)) return *std::move(python);
  Config::Object members;
  for (const auto& [key, item] : value.members()) {
    check_origin(key, item);
    members.push_back({key, plain(item)});
  }
  return Config::object(std::move(members));
}

}  // namespace linnet::inline v0::detail::keras
