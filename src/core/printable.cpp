#include <linnet/core/printable.hpp>

#include "core/utf8_sequence.hpp"

namespace linnet::inline v0::detail {

namespace {

/// The bytes of what `text` begins with and may not stand as it is: a control character in UTF-8,
/// or one byte that is no UTF-8. 0: it begins with neither.
std::size_t control_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  if (at(0) < 0x20 || at(0) == 0x7F || utf8_sequence(text, 0) == 0) return 1;
  if (at(0) == 0xC2 && at(1) >= 0x80 && at(1) < 0xA0) return 2;  // C1
  if (at(0) != 0xE2) return 0;
  const bool line_or_turn = at(1) == 0x80 && at(2) >= 0xA8 && at(2) <= 0xAE;  // U+2028 to U+202E
  const bool isolate = at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9;       // U+2066 to U+2069
  return line_or_turn || isolate ? 3 : 0;
}

void add_escaped(std::string_view control, std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (control == "\n") {
    text += "\\n";
  } else if (control == "\t") {
    text += "\\t";
  } else if (control == "\r") {
    text += "\\r";
  } else {
    for (const char c : control) {
      const auto byte = static_cast<unsigned char>(c);
      text += "\\x";
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t control = control_bytes(text);
    const std::size_t size = control == 0 ? utf8_sequence(text, 0) : control;
    if (control == 0) {
      result += text.substr(0, size);
    } else {
      add_escaped(text.substr(0, size), result);
    }
    text.remove_prefix(size);
  }
  return result;
}

}  // namespace linnet::inline v0::detail
