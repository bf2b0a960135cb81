// utf8_sequence: where one character of UTF-8 ends.
#pragma once

#include <cstddef>
#include <string_view>

namespace linnet::inline v0::detail {

/// The number of bytes of the character that starts at `at` (Unicode's table 3-7: no surrogates,
/// nothing longer than needed, at most U+10FFFF); 0 if there is none.
inline std::size_t utf8_sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (at >= text.size()) return 0;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < length) return 0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80) return 0;
  }
  return length;
}

}  // namespace linnet::inline v0::detail
