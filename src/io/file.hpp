// Reading regular files: in pieces, or mapped into memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <memory>
#include <span>
#include <string>

namespace linnet::inline v0::detail {

/// A regular file that is read. Errors of read() and map() do not name it: see naming().
class InputFile {
 public:
  /// Error (io): cannot be opened, or is not a regular file.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Bytes in the file when it was opened.
  std::uint64_t size() const { return size_; }
  /// Fills `bytes` from `offset` on. Error (io): the system refuses, or the file ends before.
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;
  /// The whole file as private, writable pages: writing to them does not reach the file.
  /// Null for an empty file.
  std::shared_ptr<void> map() const;

 private:
  std::uint64_t size_ = 0;
  int file_ = -1;
};

/// Runs `f`; what it throws gets the path before its message.
template <class F>
auto naming(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw error.within(path);
  }
}

}  // namespace linnet::inline v0::detail
