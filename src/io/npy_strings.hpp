// Strings in .npy files: numpy's types U and S, as string tensors.
#pragma once

#include <cstddef>
#include <linnet/core/tensor.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

/// Strings of one size: code points of 4 bytes each (U), or bytes (S).
struct StringFormat {
  bool code_points = false;
  bool big_endian = false;
  std::size_t size = 1;  ///< bytes of an element
};

/// What numpy calls "<U5", ">U5" or "|S12"; nothing: no strings, or of size 0, of which any number
/// would fit in a file.
std::optional<StringFormat> string_format(std::string_view descr);

/// The strings in `bytes`, which are as many as needed, in UTF-8. As in numpy NULs at the end are
/// filling. Error: corrupt_file: a string is not Unicode (a surrogate is not).
Tensor strings(std::span<const std::byte> bytes, const StringFormat& format, const Shape& shape);

}  // namespace linnet::inline v0::detail
