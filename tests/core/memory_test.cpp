#include "core/memory.hpp"

#include <cstdint>
#include <cstring>
#include <limits>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace {

using linnet::detail::allocate_bytes;

std::uintptr_t address(const std::shared_ptr<std::byte>& block) {
  return reinterpret_cast<std::uintptr_t>(block.get());
}

}  // namespace

TEST_CASE("A block begins on a cache line and all of it can be written", "[memory]") {
  for (const std::size_t bytes : {0, 1, 63, 4096, 2 << 20, (5 << 20) + 3}) {
    const auto block = allocate_bytes("test", bytes);
    REQUIRE(block != nullptr);
    CHECK(address(block) % 64 == 0);
    std::memset(block.get(), 7, bytes);
  }
}

TEST_CASE("Large blocks begin at different places of a page", "[memory]") {
  const auto a = allocate_bytes("test", 4 << 20), b = allocate_bytes("test", 4 << 20);
  CHECK(address(a) % 4096 != address(b) % 4096);
}

TEST_CASE("Memory that there is not is refused with the size that was asked for", "[memory]") {
  constexpr std::size_t kMuch = std::numeric_limits<std::size_t>::max() / 4;
  const auto caught = linnet::test::error_of([] { allocate_bytes("test", kMuch); });
  CHECK(caught.is(linnet::ErrorCode::invalid_argument,
                  "test: no memory for 4611686018427387903 bytes"));
}
