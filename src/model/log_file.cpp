#include "model/log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace linnet::inline v0::detail {

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
}

void LogFile::open(const std::string& path, bool append) {
  close();
  path_ = path;
  make_folder_of(path);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  struct stat info {};
  if (file_ < 0 || fstat(file_, &info) != 0) refuse("cannot open");
  size_ = append ? static_cast<std::int64_t>(info.st_size) : 0;
  cut_ = false;
}

void LogFile::write(std::string_view bytes) {
  if (!cut_) cut();
  while (!bytes.empty()) {
    const ssize_t wrote = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) refuse("cannot write");
    size_ += wrote;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

void LogFile::close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void LogFile::set_state(const Config& state) {
  const std::int64_t size = state.as_integer();
  struct stat info {};
  if (fstat(file_, &info) != 0) refuse("cannot be read");
  size_ = size >= 0 && size <= static_cast<std::int64_t>(info.st_size) ? size : 0;
  cut_ = false;
}

/// Devices and pipes have no end to be cut at.
void LogFile::cut() {
  while (ftruncate(file_, static_cast<off_t>(size_)) != 0) {
    if (errno == EINVAL) break;
    if (errno != EINTR) refuse("cannot write");
  }
  cut_ = true;
}

void LogFile::refuse(const char* what) {
  const int code = errno;
  fail(ErrorCode::io, cat(path_, ": ", what, ": ", std::generic_category().message(code)));
}

}  // namespace linnet::inline v0::detail
