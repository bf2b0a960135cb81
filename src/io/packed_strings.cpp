#include <algorithm>
#include <cstdint>
#include <limits>
#include <linnet/io/packed_strings.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr std::size_t kCountBytes = 8;
constexpr std::size_t kLengthBytes = 4;

/// Reads numbers and text off the front of `bytes`.
struct Cursor {
  std::span<const std::uint8_t> bytes;

  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > bytes.size()) {
      fail(ErrorCode::corrupt_file, cat("packed strings: expected ", std::uint64_t{count},
                                        " more bytes, got ", std::uint64_t{bytes.size()}));
    }
    const auto front = bytes.first(count);
    bytes = bytes.subspan(count);
    return front;
  }

  std::uint64_t number(std::size_t width) {
    const auto front = take(width);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{front[i]} << (8 * i);
    return value;
  }
};

std::uint8_t* put(std::uint8_t* out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) *out++ = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

}  // namespace

Tensor pack_strings(const std::vector<std::string>& strings) {
  std::size_t size = kCountBytes;
  for (const std::string& s : strings) {
    if (s.size() > std::numeric_limits<std::uint32_t>::max()) {
      fail(ErrorCode::invalid_argument,
           cat("pack_strings: expected strings below 4 GiB, got one of ", std::uint64_t{s.size()},
               " bytes"));
    }
    size += kLengthBytes + s.size();
  }
  Tensor packed(DType::uint8, {static_cast<Index>(size)});
  std::uint8_t* out = put(packed.data<std::uint8_t>().data(), strings.size(), kCountBytes);
  for (const std::string& s : strings) {
    out = put(out, s.size(), kLengthBytes);
    out = std::copy(s.begin(), s.end(), out);
  }
  return packed;
}

std::vector<std::string> unpack_strings(const Tensor& packed) {
  Cursor cursor{packed.data<std::uint8_t>()};
  const std::uint64_t count = cursor.number(kCountBytes);
  if (count > cursor.bytes.size() / kLengthBytes) {
    fail(ErrorCode::corrupt_file, cat("packed strings: ", count, " strings do not fit in ",
                                      std::uint64_t{cursor.bytes.size()}, " bytes"));
  }
  std::vector<std::string> strings(count);
  for (std::string& s : strings) {
    const auto text = cursor.take(cursor.number(kLengthBytes));
    s.assign(text.begin(), text.end());
  }
  if (!cursor.bytes.empty()) {
    fail(ErrorCode::corrupt_file, cat("packed strings: ", std::uint64_t{cursor.bytes.size()},
                                      " bytes after the last string"));
  }
  return strings;
}

}  // namespace linnet::inline v0
