#include "io/scratch.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <linnet/core/error.hpp>
#include <string>
#include <system_error>

namespace linnet::inline v0::detail {

namespace {

[[noreturn]] void give_up(std::string_view what, int code) {
  fail(ErrorCode::io, cat(what, ": ", std::generic_category().message(code)));
}

/// An open file that no folder lists. Its room is there, so that writing to its pages cannot fail.
int nameless_file(std::size_t bytes) {
  std::error_code none;
  std::string path = (std::filesystem::temp_directory_path(none) / ".linnet-XXXXXX").string();
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) give_up(cat(path, ": cannot make a temporary file"), errno);
  unlink(path.c_str());
  const int code = posix_fallocate(file, 0, static_cast<off_t>(bytes));
  if (code == 0) return file;
  close(file);
  give_up(cat(path, ": no room for ", std::uint64_t{bytes}, " bytes"), code);
}

}  // namespace

std::shared_ptr<void> scratch_memory(std::size_t bytes, bool on_disk) {
  const int file = on_disk ? nameless_file(bytes) : -1;
  const int flags = on_disk ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
  const int code = errno;
  if (file >= 0) close(file);  // the pages keep it
  if (pages == MAP_FAILED) give_up(cat("no memory of ", std::uint64_t{bytes}, " bytes"), code);
  return {pages, [bytes](void* p) { munmap(p, bytes); }};
}

}  // namespace linnet::inline v0::detail
