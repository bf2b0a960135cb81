#include "keras/plain_config.hpp"

#include <optional>

#include "core/config_access.hpp"

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

}  // namespace

Config plain(const Config& value) {
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(plain(item));
    return list;
  }
  if (!value.is_object()) return value;
  if (std::optional<Config> python = python_value(value)) return *std::move(python);
  Config::Object members;
  for (const auto& [key, item] : value.members()) members.push_back({key, plain(item)});
  return Config::object(std::move(members));
}

}  // namespace linnet::inline v0::detail::keras
