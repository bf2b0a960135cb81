#include "io/number_format.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace linnet::inline v0::detail {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

namespace {

using Stored = std::span<const std::byte>;

float from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const int mantissa = half & 0x3FF;
  float value = 0;
  if (exponent == 0x1F) {
    value = mantissa == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    value = std::ldexp(static_cast<float>(mantissa + 0x400), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

/// A float32 of which the second half is left out.
float from_bfloat16(std::uint16_t half) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
}

/// Calls convert(bits) for each number and stores what it gives.
template <class Raw, class T, class F>
Tensor converted(Stored bytes, const NumberFormat& format, const Shape& shape, F&& convert) {
  Tensor tensor(dtype_of<T>, shape);
  const std::byte* from = bytes.data();
  for (T& element : tensor.data<T>()) {
    std::array<std::byte, sizeof(Raw)> raw{};
    std::memcpy(raw.data(), from, sizeof(Raw));
    if (format.big_endian) std::reverse(raw.begin(), raw.end());
    element = convert(std::bit_cast<Raw>(raw));
    from += sizeof(Raw);
  }
  return tensor;
}

/// Numbers that a tensor holds in the same format.
template <class T>
Tensor plain(Stored bytes, const NumberFormat& format, const Shape& shape) {
  if (!format.is_native()) {
    return converted<T, T>(bytes, format, shape, [](T value) { return value; });
  }
  Tensor tensor(dtype_of<T>, shape);
  if (!bytes.empty()) std::memcpy(tensor.raw(), bytes.data(), tensor.bytes());
  return tensor;
}

template <class Raw, class T>
Tensor widened(Stored bytes, const NumberFormat& format, const Shape& shape) {
  return converted<Raw, T>(bytes, format, shape, [](Raw value) { return static_cast<T>(value); });
}

Tensor floats(Stored bytes, const NumberFormat& format, const Shape& shape) {
  if (format.size == 2) return converted<std::uint16_t, float>(bytes, format, shape, from_half);
  return format.size == 4 ? plain<float>(bytes, format, shape)
                          : plain<double>(bytes, format, shape);
}

Tensor signed_integers(Stored bytes, const NumberFormat& format, const Shape& shape) {
  switch (format.size) {
    case 1:
      return widened<std::int8_t, std::int32_t>(bytes, format, shape);
    case 2:
      return widened<std::int16_t, std::int32_t>(bytes, format, shape);
    case 4:
      return plain<std::int32_t>(bytes, format, shape);
    default:
      return plain<std::int64_t>(bytes, format, shape);
  }
}

std::int64_t from_unsigned(std::uint64_t value) {
  if (!std::in_range<std::int64_t>(value)) {
    fail(ErrorCode::unsupported, "an unsigned number beyond int64 is not supported");
  }
  return static_cast<std::int64_t>(value);
}

Tensor unsigned_integers(Stored bytes, const NumberFormat& format, const Shape& shape) {
  switch (format.size) {
    case 1:
      return plain<std::uint8_t>(bytes, format, shape);
    case 2:
      return widened<std::uint16_t, std::int32_t>(bytes, format, shape);
    case 4:
      return widened<std::uint32_t, std::int64_t>(bytes, format, shape);
    default:
      return converted<std::uint64_t, std::int64_t>(bytes, format, shape, from_unsigned);
  }
}

bool from_byte(std::uint8_t byte) {
  if (byte > 1) fail(ErrorCode::corrupt_file, "expected 0 or 1 for each bool");
  return byte != 0;
}

}  // namespace

DType NumberFormat::dtype() const {
  if (kind == NumberKind::boolean) return DType::boolean;
  if (kind == NumberKind::bfloat16) return DType::float32;
  if (kind == NumberKind::floating) return size == 8 ? DType::float64 : DType::float32;
  if (size == 8 || (size == 4 && !is_signed)) return DType::int64;
  return size == 1 && !is_signed ? DType::uint8 : DType::int32;
}

bool NumberFormat::is_native() const {
  if (kind == NumberKind::boolean || kind == NumberKind::bfloat16) return false;
  const bool same_values = kind == NumberKind::floating || is_signed || size == 1;
  return same_values && size == size_of(dtype()) && (size == 1 || !big_endian);
}

std::optional<NumberFormat> numpy_format(std::string_view code) {
  if (code.empty()) return std::nullopt;
  NumberFormat format;
  const char* const last = code.data() + code.size();
  const auto [end, problem] = std::from_chars(code.data() + 1, last, format.size);
  if (problem != std::errc{} || end != last || !std::has_single_bit(format.size)) {
    return std::nullopt;
  }
  format.is_signed = code.front() == 'i';
  switch (code.front()) {
    case 'b':
      format.kind = NumberKind::boolean;
      return format.size == 1 ? std::optional(format) : std::nullopt;
    case 'f':
      format.kind = NumberKind::floating;
      return format.size > 1 && format.size <= 8 ? std::optional(format) : std::nullopt;
    case 'i':
    case 'u':
      return format.size <= 8 ? std::optional(format) : std::nullopt;
    default:
      return std::nullopt;
  }
}

void check_bytes(std::uint64_t bytes, std::uint64_t size, const Shape& shape) {
  std::uint64_t count = 0;
  try {
    count = static_cast<std::uint64_t>(shape.elements());
  } catch (const Error& error) {
    fail(ErrorCode::corrupt_file, error.what());
  }
  if (bytes % size == 0 && bytes / size == count) return;
  fail(ErrorCode::corrupt_file,
       cat("expected ", count, " elements of ", size, " bytes, got ", bytes, " bytes of data"));
}

Tensor numbers(Stored bytes, const NumberFormat& format, const Shape& shape) {
  switch (format.kind) {
    case NumberKind::boolean:
      return converted<std::uint8_t, bool>(bytes, format, shape, from_byte);
    case NumberKind::floating:
      return floats(bytes, format, shape);
    case NumberKind::bfloat16:
      return converted<std::uint16_t, float>(bytes, format, shape, from_bfloat16);
    case NumberKind::integer:
      break;
  }
  return format.is_signed ? signed_integers(bytes, format, shape)
                          : unsigned_integers(bytes, format, shape);
}

}  // namespace linnet::inline v0::detail
