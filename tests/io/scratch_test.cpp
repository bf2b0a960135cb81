// Scratch memory in RAM and on disk.
#include "io/scratch.hpp"

#include <cstring>
#include <limits>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

namespace linnet::test {

TEST_CASE("Scratch memory holds what is written, and leaves no file", "[io]") {
  const TempFolder folder;
  const char* before = getenv("TMPDIR");
  const std::string old = before == nullptr ? "" : before;
  setenv("TMPDIR", folder.path("").c_str(), 1);
  for (const bool on_disk : {false, true}) {
    constexpr std::size_t kBytes = 3 << 20;
    const auto memory = detail::scratch_memory(kBytes, on_disk);
    auto* bytes = static_cast<unsigned char*>(memory.get());
    CHECK(bytes[kBytes - 1] == 0);
    std::memset(bytes, 7, kBytes);
    CHECK(bytes[kBytes / 2] == 7);
    CHECK(folder.count() == 0);
  }
  // More than a disk has.
  CHECK(error_of([] { detail::scratch_memory(std::size_t{1} << 60, true); }).is(ErrorCode::io, ""));
  CHECK(folder.count() == 0);
  before == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", old.c_str(), 1);
}

}  // namespace linnet::test
