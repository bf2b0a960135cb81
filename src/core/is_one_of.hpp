// is_one_of: whether a list of names has a name.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

inline bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}
inline bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace linnet::inline v0::detail
