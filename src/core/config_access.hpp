// Looks into configs, which may hold anything under a key, and into the lists of words in tables.
#pragma once

#include <algorithm>
#include <linnet/core/config.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0::detail {

/// The string under the key, or null.
inline const std::string* string_at(const Config& config, std::string_view key) {
  const Config* value = config.is_object() ? config.find(key) : nullptr;
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

/// True if true is under the key.
inline bool flag_at(const Config& config, std::string_view key) {
  const Config* value = config.is_object() ? config.find(key) : nullptr;
  return value != nullptr && value->is_bool() && value->as_bool();
}

/// True for null and false, which stand for an argument that was not given.
inline bool is_nothing(const Config& value) {
  return value.is_null() || (value.is_bool() && !value.as_bool());
}

/// "x1 x2" as its words.
inline std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

}  // namespace linnet::inline v0::detail
