// Memory for arrays.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace linnet::inline v0::detail {

/// No system has more.
inline constexpr std::size_t kMostBytes = std::size_t{1} << 47;

/// `bytes` bytes that begin on a cache line. Large blocks lie on huge pages where the system has
/// them, and begin at places of their own within a page: rows of a table and of its optimizer's
/// slots, read side by side, then fall into different cache sets.
/// Error (invalid_argument): "`who`: no memory for 8 bytes".
std::shared_ptr<std::byte> allocate_bytes(std::string_view who, std::size_t bytes);

}  // namespace linnet::inline v0::detail
