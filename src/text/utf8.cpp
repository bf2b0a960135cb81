#include <algorithm>
#include <cstring>
#include <linnet/core/error.hpp>
#include <linnet/text/utf8.hpp>

#include "core/utf8_sequence.hpp"
#include "text/unicode_tables.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::utf8_sequence;

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// The end of the run of ASCII bytes that begins at i.
std::size_t skip_ascii(std::string_view text, std::size_t i) {
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080ull) != 0) break;
  }
  while (i < text.size() && byte_at(text, i) < 0x80) ++i;
  return i;
}

/// The last entry of a table sorted by `first` that begins at or before `code`, or null.
template <class Entry>
const Entry* entry_of(const Entry* table, std::size_t count, char32_t code) {
  const Entry* after = std::upper_bound(table, table + count, code,
                                        [](char32_t c, const Entry& e) { return c < e.first; });
  return after == table ? nullptr : after - 1;
}

}  // namespace

std::size_t invalid_utf8(std::string_view text) {
  for (std::size_t i = skip_ascii(text, 0); i < text.size(); i = skip_ascii(text, i)) {
    const std::size_t length = utf8_sequence(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

void check_utf8(std::string_view text, std::string_view where) {
  const std::size_t offset = invalid_utf8(text);
  if (offset == std::string_view::npos) return;
  fail(ErrorCode::invalid_argument,
       cat(where, ": expected UTF-8, got byte ", unsigned{byte_at(text, offset)}, " at offset ",
           std::uint64_t{offset}));
}

void append_utf8(char32_t code, std::string& text) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::size_t count_utf8(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

char32_t lower_case(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  const auto* run = entry_of(detail::kLowerRuns, detail::kLowerRunsCount, code);
  if (run == nullptr || code > run->last) return code;
  const auto distance = static_cast<std::int32_t>(code - run->first);
  if (distance % run->step != 0) return code;
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + run->delta);
}

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) append_utf8(lower_case(decode_utf8(text, i)), lower);
  return lower;
}

bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_punctuation(char32_t code) {
  if (code < 0x80) {
    return (code >= '!' && code <= '/') || (code >= ':' && code <= '@') ||
           (code >= '[' && code <= '`') || (code >= '{' && code <= '~');
  }
  const auto* range = entry_of(detail::kPunctuation, detail::kPunctuationCount, code);
  return range != nullptr && code <= range->last;
}

bool is_unspaced_script(char32_t code) {
  return (code >= 0x3040 && code <= 0x30FF) ||  // Hiragana, Katakana
         (code >= 0x31F0 && code <= 0x31FF) ||  // Katakana extensions
         (code >= 0x3400 && code <= 0x4DBF) ||  // Han, extension A
         (code >= 0x4E00 && code <= 0x9FFF) ||  // Han
         (code >= 0xF900 && code <= 0xFAFF) ||  // Han, compatibility
         (code >= 0xFF66 && code <= 0xFF9F) ||  // half-width Katakana
         (code >= 0x20000 && code <= 0x3FFFF);  // Han, extensions B and up
}

}  // namespace linnet::inline v0
