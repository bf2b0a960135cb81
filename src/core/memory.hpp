// Memory for arrays.
#pragma once

#include <cstddef>
#include <memory>

namespace linnet::inline v0::detail {

/// `bytes` bytes that begin on a cache line, or null if there are none. Large blocks lie on huge
/// pages where the system has them, and begin at places of their own within a page: rows of a
/// table and of its optimizer's slots, read side by side, then fall into different cache sets.
std::shared_ptr<std::byte> allocate_bytes(std::size_t bytes);

}  // namespace linnet::inline v0::detail
