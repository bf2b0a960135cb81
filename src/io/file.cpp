#include "io/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include "core/require.hpp"

namespace linnet::inline v0::detail {

namespace {
[[noreturn]] void give_up(std::string_view what) {
  fail(ErrorCode::io, cat(what, ": ", std::generic_category().message(errno)));
}
}  // namespace

InputFile::InputFile(const std::string& path) {
  require_path("read", path);
  file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file_ < 0) give_up(cat(path, ": cannot open"));
  struct stat info {};
  const bool known = fstat(file_, &info) == 0;
  if (!known || !S_ISREG(info.st_mode)) {
    close(file_);
    fail(ErrorCode::io, cat(path, ": expected a regular file"));
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
}

InputFile::~InputFile() { close(file_); }

void InputFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  constexpr std::size_t kMost = std::size_t{1} << 30;  // one call reads less than 2 GiB
  while (!bytes.empty()) {
    const ssize_t count =
        pread(file_, bytes.data(), std::min(bytes.size(), kMost), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) give_up("cannot read");
    if (count == 0) fail(ErrorCode::io, "ended while it was read");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

std::shared_ptr<void> InputFile::map() const {
  if (size_ == 0) return {};
  if (size_ > std::numeric_limits<std::size_t>::max() / 2) {
    fail(ErrorCode::io, "too large to map");
  }
  const auto length = static_cast<std::size_t>(size_);
  void* pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file_, 0);
  if (pages == MAP_FAILED) give_up("cannot map");
  return {pages, [length](void* p) { munmap(p, length); }};
}

}  // namespace linnet::inline v0::detail
