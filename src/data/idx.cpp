#include <algorithm>
#include <bit>
#include <limits>
#include <linnet/data/idx.hpp>

#include "data/byte_source.hpp"

namespace linnet::inline v0 {

using detail::ByteSource;
using detail::cat;
using detail::fail;

namespace {

constexpr int kMostAxes = 8;

[[noreturn]] void corrupt(const ByteSource& bytes, const char* what) {
  fail(ErrorCode::corrupt_file, cat(bytes.path(), ": ", what));
}

unsigned take(ByteSource& bytes) {
  const int byte = bytes.take();
  if (byte == ByteSource::kEnd) corrupt(bytes, "the file ends too early for an IDX file");
  return static_cast<unsigned>(byte);
}

/// Numbers in IDX files begin with their highest byte.
std::uint32_t take_word(ByteSource& bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | take(bytes);
  return word;
}

DType type_of(const ByteSource& bytes, unsigned code) {
  switch (code) {
    case 0x08:
      return DType::uint8;
    case 0x0C:
      return DType::int32;
    case 0x0D:
      return DType::float32;
    default:
      fail(ErrorCode::unsupported, cat(bytes.path(), ": IDX type ", code,
                                       "; known are 8 (uint8), 12 (int32), 13 (float32)"));
  }
}

Shape take_shape(ByteSource& bytes, unsigned axes, DType dtype, Index max_bytes) {
  std::vector<Index> sizes;
  Index left = max_bytes / static_cast<Index>(size_of(dtype));  // elements
  for (unsigned i = 0; i < axes; ++i) {
    const Index size = take_word(bytes);
    if (size > left) {
      fail(ErrorCode::invalid_argument,
           cat(bytes.path(), ": more than the limit of ", max_bytes, " bytes"));
    }
    left = size == 0 ? left : left / size;
    sizes.push_back(size);
  }
  return Shape(sizes);
}

}  // namespace

Tensor read_idx(const std::string& path, Index max_bytes) {
  constexpr Index kHeader = 4 + 4 * kMostAxes;
  ByteSource bytes(path,
                   max_bytes + std::min(kHeader, std::numeric_limits<Index>::max() - max_bytes));
  if (take(bytes) != 0 || take(bytes) != 0) corrupt(bytes, "not an IDX file");
  const DType dtype = type_of(bytes, take(bytes));
  const unsigned axes = take(bytes);
  if (axes > kMostAxes) {
    fail(ErrorCode::unsupported, cat(path, ": ", axes, " axes; at most ", kMostAxes, " are read"));
  }
  Tensor tensor(dtype, take_shape(bytes, axes, dtype, max_bytes));
  if (dtype == DType::uint8) {
    for (auto& value : tensor.data<std::uint8_t>()) value = static_cast<std::uint8_t>(take(bytes));
  } else if (dtype == DType::int32) {
    for (auto& value : tensor.data<std::int32_t>())
      value = std::bit_cast<std::int32_t>(take_word(bytes));
  } else {
    for (auto& value : tensor.data<float>()) value = std::bit_cast<float>(take_word(bytes));
  }
  if (bytes.peek() != ByteSource::kEnd) corrupt(bytes, "more data than the header says");
  return tensor;
}

}  // namespace linnet::inline v0
