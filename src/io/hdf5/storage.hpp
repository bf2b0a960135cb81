// Storage and Cursor: the bytes of an HDF5 file, read within bounds and within limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <span>
#include <string>
#include <string_view>

#include "io/bytes.hpp"
#include "io/hdf5/limits.hpp"

namespace linnet::inline v0::detail::hdf5 {

using Bytes = std::span<const std::byte>;

/// An address that points to nothing: storage that was never written.
inline constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

[[noreturn]] void corrupt(std::string_view message);
[[noreturn]] void unsupported(std::string_view message);

/// The product, or corrupt(): `what` is too large.
std::uint64_t product(std::uint64_t a, std::uint64_t b, std::string_view what);
/// `size` bytes from `begin` on. Error: they are not all there.
Bytes part(Bytes bytes, std::uint64_t begin, std::uint64_t size, std::string_view what);

/// How many bytes the file's addresses and lengths take.
struct Widths {
  std::size_t offset = 8;
  std::size_t length = 8;
};

/// Reads one thing after another. Error: corrupt_file: `what` ends too early.
class Cursor {
 public:
  Cursor(Bytes bytes, Widths widths, std::string_view what)
      : bytes_(bytes), widths_(widths), what_(what) {}

  std::uint64_t number(std::size_t width) { return number_of(take(width)); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// An address; kNowhere if all its bits are set.
  std::uint64_t address();
  std::uint64_t length() { return number(widths_.length); }
  Bytes take(std::uint64_t size);
  void skip(std::uint64_t size) { take(size); }
  /// Skips up to the next multiple of 8 from the start, or to the end.
  void align();
  /// Error: other bytes than `signature`.
  void expect(std::string_view signature);
  /// Error (unsupported): another number than `version`.
  void expect_version(std::uint8_t version);

  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t position() const { return at_; }
  Bytes rest() const { return bytes_.subspan(at_); }

 private:
  Bytes bytes_;
  Widths widths_;
  std::string_view what_;  ///< in messages; a literal
  std::size_t at_ = 0;
};

/// The file from its superblock to the end that this gives, and what reading may still cost.
class Storage {
 public:
  Storage(Bytes bytes, Widths widths, const Limits& limits)
      : bytes_(bytes), widths_(widths), limits_(limits) {}

  /// `size` bytes at `address`. Error: corrupt_file: outside the file.
  Bytes at(std::uint64_t address, std::uint64_t size, std::string_view what) const {
    return part(bytes_, address, size, what);
  }
  /// Reads from `address` on; `what` is a literal.
  Cursor cursor(std::uint64_t address, std::string_view what) const;
  Cursor cursor(Bytes bytes, std::string_view what) const { return {bytes, widths_, what}; }

  /// Counts `steps` against the limit, so that loops in a file end.
  void spend(std::uint64_t steps = 1);
  /// Counts what takes as long as looking at so many bytes.
  void spend_bytes(std::uint64_t bytes) { spend(bytes / 256); }
  /// Error: corrupt_file: the checksum that follows the first `size` bytes at `address` is wrong.
  void check_sum(std::uint64_t address, std::uint64_t size, std::string_view what);

  std::uint64_t size() const { return bytes_.size(); }
  Widths widths() const { return widths_; }
  const Limits& limits() const { return limits_; }

 private:
  Bytes bytes_;
  Widths widths_;
  Limits limits_;
  std::uint64_t steps_ = 0;
};

}  // namespace linnet::inline v0::detail::hdf5
