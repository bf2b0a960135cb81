// AtomicFile: a file that is replaced as a whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <span>
#include <string>

namespace linnet::inline v0 {

/// Collects bytes in a temporary file beside `path`; commit() brings them to disk and renames the
/// file to `path`. Without commit(), or after any error, the temporary is removed and what was at
/// `path` is untouched. Readers that have the old file open or mapped keep seeing the old bytes.
/// A symbolic link is followed; an existing file's permissions are kept.
class LINNET_API AtomicFile {
 public:
  /// Error: invalid_argument: an empty path or one with a NUL byte; io: the folder cannot be
  /// written, or `path` is there and is not a regular file.
  explicit AtomicFile(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. Error (io): disk full, size limit, ...
  void write(std::span<const std::byte> bytes);
  /// Replaces bytes that were written before, from `offset` on. Error: io, or out_of_range.
  void overwrite(std::uint64_t offset, std::span<const std::byte> bytes);
  /// fsync, rename, fsync of the folder. At most once. Error: io, or bad_state.
  void commit();

 private:
  void check_open() const;
  [[noreturn]] void give_up(const char* what);
  void discard() noexcept;

  std::string path_;       ///< as given, for messages
  std::string target_;     ///< with links followed
  std::string temporary_;  ///< empty once it is gone
  std::uint64_t size_ = 0;
  int file_ = -1;
};

/// Writes `bytes` to `path` through an AtomicFile.
LINNET_API void write_file(const std::string& path, std::span<const std::byte> bytes);

}  // namespace linnet::inline v0
