// How equations of einsum are read: terms, letters, "...".
#pragma once

#include <linnet/core/shape.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0::detail {

inline bool has(std::string_view letters, char letter) {
  return letters.find(letter) != letters.npos;
}
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

inline std::string quoted(char letter) { return {'\'', letter, '\''}; }

[[noreturn]] void refuse_equation(std::string_view equation, std::string_view reason);
[[noreturn]] void refuse_sizes(std::string_view equation, char letter, Index one, Index other);
/// Error: `shape` has not one axis for each letter.
void require_letters(std::string_view equation, std::string_view letters, const Shape& shape);

/// An equation in full: one letter for each axis.
struct EinsumEquation {
  std::vector<std::string> terms;
  std::string result;
};

/// Reads the equation for inputs of these ranks: "..." becomes letters that it does not have, the
/// result, if it says none, the letters that occur once. Error: another number of terms than
/// inputs, other signs than letters, a letter of the result that no term has or that it has twice.
EinsumEquation read_equation(std::string_view equation, const std::vector<int>& ranks);

}  // namespace linnet::inline v0::detail
