#include "core/in_quotes.hpp"

#include <linnet/core/error.hpp>
#include <linnet/core/printable.hpp>

namespace linnet::inline v0::detail {

std::string in_quotes(std::string_view name) {
  constexpr std::size_t kMost = 200;
  if (name.size() <= kMost) return cat("'", printable(name), "'");
  std::size_t end = kMost;
  // Not within a character of UTF-8, which has four bytes at most.
  while (end > kMost - 3 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return cat("'", printable(name.substr(0, end)), "...'");
}

}  // namespace linnet::inline v0::detail
