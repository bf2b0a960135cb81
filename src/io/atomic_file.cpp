#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <linnet/io/atomic_file.hpp>
#include <memory>
#include <system_error>
#include <vector>

#include "core/require.hpp"
#include "io/unfinished.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr std::string_view kFront = ".linnet-", kBack = ".tmp";

std::string reason(int code) { return std::generic_category().message(code); }

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? "./" : path.substr(0, slash + 1);
}

/// Where a chain of symbolic links ends; `path` itself if it is none.
std::string follow_links(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return path;
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  if (real == nullptr) fail(ErrorCode::io, cat(path, ": cannot follow link: ", reason(errno)));
  return real.get();
}

/// A name that no other process, thread or earlier run uses, most likely; O_EXCL settles the rest.
std::string temporary_name(const std::string& folder) {
  static std::atomic<std::uint64_t> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return cat(folder, kFront, static_cast<std::int64_t>(getpid()), "-",
             static_cast<std::int64_t>(now), "-", count++, kBack);
}

/// Writes everything at the file's position, or at `offset`. Returns false with errno set.
bool write_all(int file, std::span<const std::byte> bytes, const std::uint64_t* offset) {
  constexpr std::size_t kMost = std::size_t{1} << 30;  // one call writes less than 2 GiB
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::byte* from = bytes.data() + done;
    const std::size_t count = std::min(bytes.size() - done, kMost);
    const ssize_t wrote = offset == nullptr
                              ? ::write(file, from, count)
                              : ::pwrite(file, from, count, static_cast<off_t>(*offset + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      if (wrote == 0) errno = ENOSPC;
      return false;
    }
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

bool sync(int file) {
  while (fsync(file) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// Makes a rename in `folder` last. File systems that know no such thing are left in peace.
bool sync_folder(const std::string& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return true;  // written to, but not readable
  const bool done = sync(file) || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
  const int code = errno;
  close(file);
  errno = code;
  return done;
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
  detail::require_path("AtomicFile", path);
  target_ = follow_links(path);
  struct stat old {};
  const bool exists = stat(target_.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) {
    fail(ErrorCode::io, cat(path_, ": expected a regular file or none"));
  }
  temporary_ = temporary_name(folder_of(target_));
  file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ < 0) {
    const int code = errno;
    temporary_.clear();
    fail(ErrorCode::io, cat(path_, ": cannot write in its folder: ", reason(code)));
  }
  if (exists && fchmod(file_, old.st_mode & 07777) != 0) give_up("cannot set permissions");
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::write(std::span<const std::byte> bytes) {
  check_open();
  if (!write_all(file_, bytes, nullptr)) give_up("cannot write");
  size_ += bytes.size();
}

void AtomicFile::overwrite(std::uint64_t offset, std::span<const std::byte> bytes) {
  check_open();
  if (offset > size_ || bytes.size() > size_ - offset) {
    fail(ErrorCode::out_of_range, cat(path_, ": cannot overwrite beyond byte ", size_));
  }
  if (!write_all(file_, bytes, &offset)) give_up("cannot write");
}

void AtomicFile::commit() {
  check_open();
  if (!sync(file_)) give_up("cannot bring to disk");
  const int closed = close(file_);
  file_ = -1;
  if (closed != 0 && errno != EINTR) give_up("cannot close");
  if (rename(temporary_.c_str(), target_.c_str()) != 0) give_up("cannot replace");
  temporary_.clear();
  if (!sync_folder(folder_of(target_))) {
    fail(ErrorCode::io, cat(path_, ": written, but cannot sync its folder: ", reason(errno)));
  }
}

void AtomicFile::check_open() const {
  if (file_ < 0) fail(ErrorCode::bad_state, cat(path_, ": committed already, or given up"));
}

void AtomicFile::give_up(const char* what) {
  const int code = errno;
  discard();
  fail(ErrorCode::io, cat(path_, ": ", what, ": ", reason(code)));
}

void AtomicFile::discard() noexcept {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
  file_ = -1;
  temporary_.clear();
}

void write_file(const std::string& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void detail::remove_unfinished(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kFront) && name.ends_with(kBack)) found.push_back(entry.path());
  }
  for (const auto& path : found) std::filesystem::remove(path, error);
}

}  // namespace linnet::inline v0
