#include "core/snake_case.hpp"

#include <cctype>

namespace linnet::inline v0::detail {

std::string snake_case(std::string_view camel) {
  std::string name;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    const auto c = static_cast<unsigned char>(camel[i]);
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(camel[i - 1])) != 0;
    const bool before_lower = i > 0 && i + 1 < camel.size() &&
                              std::islower(static_cast<unsigned char>(camel[i + 1])) != 0 &&
                              std::isalpha(static_cast<unsigned char>(camel[i - 1])) != 0;
    if (std::isupper(c) != 0 && (after_lower || before_lower)) name += '_';
    name += static_cast<char>(std::tolower(c));
  }
  return name;
}

}  // namespace linnet::inline v0::detail
