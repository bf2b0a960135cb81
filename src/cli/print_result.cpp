#include "print_result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <linnet/core/printable.hpp>
#include <linnet/io/json.hpp>
#include <linnet/text/utf8.hpp>

namespace linnet::cli {

namespace {

std::string text_of(const Config& value) {
  if (value.is_string()) return detail::printable(value.as_string());
  if (value.is_integer()) return std::to_string(value.as_integer());
  char number[64];
  const double x = value.as_number();
  std::snprintf(number, sizeof number, std::abs(x) < 1e9 ? "%.4f" : "%.4g", x);
  return number;
}

/// JSON has no infinity and no NaN: null. Its texts are UTF-8; the name of a file may be none.
Config for_json(const Config& value) {
  if (value.is_string() && invalid_utf8(value.as_string()) != std::string::npos) {
    return Config(detail::printable(value.as_string()));
  }
  if (value.is_number() && !value.is_integer()) {
    return std::isfinite(value.as_number()) ? value : Config();
  }
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(for_json(item));
    return list;
  }
  if (!value.is_object()) return value;
  Config object = Config::object();
  for (const auto& [key, item] : value.members()) object[key] = for_json(item);
  return object;
}

}  // namespace

void print_json(const Config& object) { std::printf("%s\n", to_json(for_json(object)).c_str()); }

void print_result(const Config& object, bool json) {
  if (json) return print_json(object);
  std::size_t width = 0;
  for (const auto& [key, value] : object.members()) width = std::max(width, key.size());
  for (const auto& [key, value] : object.members()) {
    if (value.is_null()) continue;
    std::string name = key;
    std::ranges::replace(name, '_', ' ');
    std::printf("%-*s  %s\n", static_cast<int>(width), detail::printable(name).c_str(),
                text_of(value).c_str());
  }
}

}  // namespace linnet::cli
