// NumberFormat: how a file stores numbers, and those numbers as a tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/tensor.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

enum class NumberKind : std::uint8_t { boolean, integer, floating, bfloat16 };

/// Booleans of a byte, integers of 8 to 64 bits, IEEE floats of 16 to 64, bfloat16.
struct NumberFormat {
  NumberKind kind = NumberKind::integer;
  std::size_t size = 1;  ///< bytes of a number
  bool is_signed = false;
  bool big_endian = false;

  /// The dtype of a tensor that holds all values: float16 and bfloat16 become float32, int8, int16
  /// and uint16 become int32, uint32 and uint64 become int64.
  DType dtype() const;
  /// True if the numbers lie in the file as in a tensor.
  bool is_native() const;
};

/// What numpy calls "f4", "u2", "b1"; nothing: a type that is read nowhere.
std::optional<NumberFormat> numpy_format(std::string_view code);

/// Error: corrupt_file: `bytes` is not the size of so many elements of `size` bytes.
void check_bytes(std::uint64_t bytes, std::uint64_t size, const Shape& shape);

/// The numbers in `bytes`, which are as many as needed, one by one. Error: unsupported: a uint64
/// beyond int64; corrupt_file: a boolean that is neither 0 nor 1.
Tensor numbers(std::span<const std::byte> bytes, const NumberFormat& format, const Shape& shape);

}  // namespace linnet::inline v0::detail
