// The central directory of a ZIP file: what its members are called and where they lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0::detail::zip {

using Bytes = std::span<const std::byte>;

/// What a ZIP file may hold and what reading it may cost.
struct Limits {
  std::uint64_t members = 10'000;
  std::uint64_t name_bytes = 1024;                       ///< of one name
  std::uint64_t member_bytes = std::uint64_t{16} << 30;  ///< of one member, unpacked
  /// A member of more bytes than this unpacks to no more than `ratio` times what is stored.
  std::uint64_t small_bytes = std::uint64_t{16} << 20;
  std::uint64_t ratio = 100;
  bool checksums = true;  ///< CRC-32 of what is read is verified
};

enum class Method : std::uint8_t { stored = 0, deflated = 8 };

struct Member {
  std::string name;
  Method method = Method::stored;
  std::uint32_t crc = 0;
  std::uint64_t size = 0;  ///< unpacked
  Bytes packed = {};       ///< as it is stored
};

[[noreturn]] void corrupt(std::string_view message);
[[noreturn]] void unsupported(std::string_view message);

/// The members in the order of the directory; folders are left out. Every place and size is
/// within the file. Error: corrupt_file: not a ZIP file, cut short, a name twice, members that
/// overlap, a name that leads out of a folder; unsupported: encrypted, in several parts, packed by
/// another method than deflate; out_of_range: more than the limits.
std::vector<Member> read_directory(Bytes file, const Limits& limits);

}  // namespace linnet::inline v0::detail::zip
