#include "core/memory.hpp"

#include <atomic>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <new>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace linnet::inline v0::detail {

namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kStagger = 17 * kCacheLine;  // odd, so that all places of a page come round
constexpr std::size_t kPlaces = 16;

[[noreturn]] void no_memory(std::string_view who, std::size_t bytes) {
  fail(ErrorCode::invalid_argument, cat(who, ": no memory for ", std::uint64_t{bytes}, " bytes"));
}

std::shared_ptr<std::byte> aligned_block(std::string_view who, std::size_t bytes,
                                         std::size_t alignment, std::size_t begin) {
  const std::align_val_t align{alignment};
  void* block = ::operator new(bytes + begin, align, std::nothrow);
  if (block == nullptr) no_memory(who, bytes);
#ifdef MADV_HUGEPAGE
  if (alignment == kHugePage) madvise(block, bytes + begin, MADV_HUGEPAGE);
#endif
  return {static_cast<std::byte*>(block) + begin,
          [block, align](std::byte*) { ::operator delete(block, align); }};
}

}  // namespace

std::shared_ptr<std::byte> allocate_bytes(std::string_view who, std::size_t bytes) {
  if (bytes > kMostBytes) no_memory(who, bytes);
  if (bytes < kHugePage) return aligned_block(who, bytes, kCacheLine, 0);
  static std::atomic<std::size_t> blocks{0};
  const std::size_t place = blocks.fetch_add(1, std::memory_order_relaxed) % kPlaces;
  return aligned_block(who, bytes, kHugePage, place * kStagger);
}

}  // namespace linnet::inline v0::detail
