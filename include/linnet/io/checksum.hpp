// XXH64, the checksum of linnet's files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <linnet/export.hpp>
#include <span>
#include <string>

namespace linnet::inline v0 {

/// The XXH64 hash (Collet; specification 0.1.1) of bytes that come in pieces. It finds accidents,
/// not forgeries: anybody can compute it.
class LINNET_API Xxh64 {
 public:
  explicit Xxh64(std::uint64_t seed = 0);

  /// Appends `bytes` to the message.
  void update(std::span<const std::byte> bytes);
  /// The hash of the message so far.
  std::uint64_t digest() const;

 private:
  std::array<std::uint64_t, 4> lanes_;
  std::array<std::byte, 32> rest_{};  ///< the bytes after the last whole stripe
  std::uint64_t length_ = 0;
  std::uint64_t seed_;
};

/// The XXH64 hash of `bytes`.
LINNET_API std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

/// `value` as 16 hexadecimal digits, in lower case.
LINNET_API std::string hex(std::uint64_t value);

}  // namespace linnet::inline v0
