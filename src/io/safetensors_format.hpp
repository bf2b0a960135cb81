// The safetensors format's names and numbers, for its reader and its writer.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <linnet/core/dtype.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail::safetensors {

static_assert(std::endian::native == std::endian::little, "the data is used as it lies");

using Bytes = std::span<const std::byte>;

inline constexpr std::size_t kLengthBytes = 8;  // of the header's length, at the file's start
inline constexpr std::size_t kLongestHeader = 100'000'000;  // as the reference implementation
inline constexpr std::size_t kAlignment = 64;  // of the data in files that linnet writes
inline constexpr std::string_view kMetadata = "__metadata__";
inline constexpr std::string_view kChecksum = "linnet.checksum";
inline constexpr std::string_view kAlgorithm = "xxh64:";
inline constexpr std::string_view kZeros = "0000000000000000";
inline constexpr std::string_view kHeaderStart = R"({"__metadata__":{"linnet.checksum":"xxh64:)";
inline constexpr std::size_t kDigitsAt = kLengthBytes + kHeaderStart.size();

struct TypeName {
  std::string_view name;
  DType dtype;
};

inline constexpr std::array<TypeName, 6> kTypes{{{"F32", DType::float32},
                                                 {"F64", DType::float64},
                                                 {"I32", DType::int32},
                                                 {"I64", DType::int64},
                                                 {"U8", DType::uint8},
                                                 {"BOOL", DType::boolean}}};

}  // namespace linnet::inline v0::detail::safetensors
