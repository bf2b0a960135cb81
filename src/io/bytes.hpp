// Bytes of a file as a text or a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The little-endian number in `bytes` (8 at most).
inline std::uint64_t number_of(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

}  // namespace linnet::inline v0::detail
