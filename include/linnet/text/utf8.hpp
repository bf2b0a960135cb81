// UTF-8 and the properties of characters that text processing asks for.
#pragma once

#include <cstdint>
#include <linnet/export.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

/// The offset of the first byte of `text` that is not well-formed UTF-8 (overlong forms, surrogates
/// and code points above U+10FFFF are not), or npos.
LINNET_API std::size_t invalid_utf8(std::string_view text);

/// Throws unless `text` is UTF-8. Error: invalid_argument, `where` and the offset of the byte.
LINNET_API void check_utf8(std::string_view text, std::string_view where);

/// The code point at `position` of well-formed UTF-8; moves `position` behind it.
inline char32_t decode_utf8(std::string_view text, std::size_t& position) {
  const auto byte = [&] { return static_cast<unsigned char>(text[position++]); };
  const char32_t first = byte();
  if (first < 0x80) return first;
  const auto tail = [&] { return char32_t{byte() & 0x3Fu}; };
  if (first < 0xE0) return (first & 0x1F) << 6 | tail();
  if (first < 0xF0) {
    const char32_t high = (first & 0x0F) << 12 | tail() << 6;
    return high | tail();
  }
  const char32_t high = (first & 0x07) << 18 | tail() << 12;
  const char32_t middle = tail() << 6;
  return high | middle | tail();
}

/// Appends the UTF-8 form of a code point (at most U+10FFFF).
LINNET_API void append_utf8(char32_t code, std::string& text);

/// The number of code points in well-formed UTF-8.
LINNET_API std::size_t count_utf8(std::string_view text);

/// The lower-case form of one code point (simple mapping, Unicode 14; Python's str.lower differs
/// for a capital dotted I and a final sigma only, where the form depends on more than the letter).
LINNET_API char32_t lower_case(char32_t code);

/// A copy of well-formed UTF-8 in lower case, by lower_case().
LINNET_API std::string lower_case(std::string_view text);

/// True for Unicode's White_Space: the ASCII six, no-break, em, ideographic space and so on.
LINNET_API bool is_space(char32_t code);

/// True for ASCII's 32 marks and for Unicode's categories P* (not for its symbols: emoji stay).
LINNET_API bool is_punctuation(char32_t code);

/// True for Han, Hiragana and Katakana, which are written without spaces between words.
LINNET_API bool is_unspaced_script(char32_t code);

}  // namespace linnet::inline v0
