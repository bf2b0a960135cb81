#include "io/npy_strings.hpp"

#include <charconv>
#include <cstdint>
#include <linnet/text/utf8.hpp>
#include <string>

#include "io/bytes.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr std::size_t kCodeBytes = 4;

[[noreturn]] void not_unicode(std::uint64_t element, std::string_view what) {
  fail(ErrorCode::corrupt_file, cat("element ", element, ": ", what));
}

char32_t code_point(std::span<const std::byte> stored, bool big_endian) {
  char32_t code = 0;
  for (std::size_t i = 0; i < kCodeBytes; ++i) {
    const std::byte next = stored[big_endian ? i : kCodeBytes - 1 - i];
    code = code << 8 | std::to_integer<char32_t>(next);
  }
  return code;
}

void append_code_points(std::span<const std::byte> stored, bool big_endian, std::uint64_t element,
                        std::string& text) {
  for (std::size_t i = 0; i < stored.size(); i += kCodeBytes) {
    const char32_t code = code_point(stored.subspan(i, kCodeBytes), big_endian);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (surrogate || code > 0x10FFFF) {
      not_unicode(element, cat("expected a code point of Unicode, got ", std::uint64_t{code}));
    }
    append_utf8(code, text);
  }
}

void append_bytes(std::span<const std::byte> stored, std::uint64_t element, std::string& text) {
  text += text_of(stored);
  const std::size_t offset = invalid_utf8(text);
  if (offset == std::string::npos) return;
  not_unicode(element, cat("expected UTF-8, got byte ", std::to_integer<unsigned>(stored[offset]),
                           " at offset ", std::uint64_t{offset}));
}

}  // namespace

std::optional<StringFormat> string_format(std::string_view descr) {
  const std::string_view kind = descr.substr(0, 2);
  const bool code_points = kind == "<U" || kind == ">U";
  if (!code_points && kind != "|S") return std::nullopt;
  const char* const last = descr.data() + descr.size();
  std::uint32_t length = 0;
  const auto [end, problem] = std::from_chars(descr.data() + kind.size(), last, length);
  if (problem != std::errc{} || end != last || length == 0) return std::nullopt;
  return StringFormat{.code_points = code_points,
                      .big_endian = kind == ">U",
                      .size = std::size_t{length} * (code_points ? kCodeBytes : 1)};
}

Tensor strings(std::span<const std::byte> bytes, const StringFormat& format, const Shape& shape) {
  Tensor tensor(DType::string, shape);
  std::string text;  // grows once, so that each element takes what it needs
  std::uint64_t at = 0;
  for (std::string& element : tensor.data<std::string>()) {
    const auto stored = bytes.subspan(at * format.size, format.size);
    text.clear();
    if (format.code_points) {
      append_code_points(stored, format.big_endian, at, text);
    } else {
      append_bytes(stored, at, text);
    }
    element.assign(text, 0, text.find_last_not_of('\0') + 1);
    ++at;
  }
  return tensor;
}

}  // namespace linnet::inline v0::detail
