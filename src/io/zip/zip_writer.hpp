// ZipWriter: a ZIP file, made member by member.
#pragma once

#include <cstdint>
#include <linnet/io/atomic_file.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "io/zip/directory.hpp"

namespace linnet::inline v0::detail {

/// Writes members as they are (stored), as Keras does; Zip64 where the numbers ask for it. The file
/// is there once finish() has been called, as a whole. Two files of the same members are the same.
class ZipWriter {
 public:
  /// Error: io.
  explicit ZipWriter(const std::string& path) : file_(path) {}

  /// `name` is not there yet, and no longer than 64 KiB. Error: io.
  void add(std::string_view name, zip::Bytes bytes);
  void add(std::string_view name, std::string_view text) {
    add(name, std::as_bytes(std::span(text)));
  }
  /// Error: io.
  void finish();

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint64_t size = 0, begin = 0;
  };
  void write(std::string_view record);

  AtomicFile file_;
  std::uint64_t written_ = 0;
  std::vector<Entry> entries_;
};

/// The CRC-32 of ZIP files.
std::uint32_t zip_checksum(zip::Bytes bytes);

}  // namespace linnet::inline v0::detail
