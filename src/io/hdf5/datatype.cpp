#include "io/hdf5/datatype.hpp"

#include <algorithm>
#include <array>

#include "io/file.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::array<std::string_view, 12> kClasses{
    "integer",  "floating-point", "time",        "string",          "bit field", "opaque",
    "compound", "reference",      "enumeration", "variable-length", "array",     "complex"};

void read_integer(Datatype& type, unsigned flags, Cursor& cursor) {
  type.number = {.kind = NumberKind::integer,
                 .size = type.size,
                 .is_signed = (flags & 8) != 0,
                 .big_endian = (flags & 1) != 0};
  const std::uint16_t first = cursor.u16();
  const std::uint16_t precision = cursor.u16();
  const bool known = type.size == 1 || type.size == 2 || type.size == 4 || type.size == 8;
  if (!known || first != 0 || precision != 8 * type.size) {
    unsupported("an integer type of unusual size or padding is not supported");
  }
}

/// The IEEE formats: where their fields lie.
struct FloatFormat {
  std::size_t size;
  unsigned exponent_bits, mantissa_bits;
  std::uint32_t bias;
};
constexpr FloatFormat kBfloat16{2, 8, 7, 127};
constexpr std::array<FloatFormat, 4> kFormats{
    {{2, 5, 10, 15}, {4, 8, 23, 127}, {8, 11, 52, 1023}, kBfloat16}};

void read_floating(Datatype& type, unsigned flags, Cursor& cursor) {
  type.number = {.kind = NumberKind::floating, .size = type.size, .big_endian = (flags & 1) != 0};
  const bool vax = (flags & 0x40) != 0;
  const unsigned normalization = flags >> 4 & 3;
  const unsigned sign_at = flags >> 8 & 0xFF;
  const std::uint16_t first = cursor.u16();
  const std::uint16_t precision = cursor.u16();
  const unsigned exponent_at = cursor.u8();
  const unsigned exponent_bits = cursor.u8();
  const unsigned mantissa_at = cursor.u8();
  const unsigned mantissa_bits = cursor.u8();
  const std::uint32_t bias = cursor.u32();
  const auto is_this = [&](const FloatFormat& f) {
    return f.size == type.size && f.exponent_bits == exponent_bits &&
           f.mantissa_bits == mantissa_bits && f.bias == bias && precision == 8 * f.size &&
           exponent_at == f.mantissa_bits && sign_at == 8 * f.size - 1;
  };
  if (vax || normalization != 2 || first != 0 || mantissa_at != 0 ||
      std::none_of(kFormats.begin(), kFormats.end(), is_this)) {
    unsupported(
        "a floating-point type other than float16, bfloat16, float32 and float64 is not supported");
  }
  if (is_this(kBfloat16)) type.number.kind = NumberKind::bfloat16;
}

void read_string(Datatype& type, unsigned flags) {
  type.type = TypeClass::string;
  const unsigned padding = flags & 0xF;
  if (padding > 2) corrupt(cat("string type: expected a padding of 0 to 2, got ", padding));
  type.padding = static_cast<Padding>(padding);
}

}  // namespace

Datatype read_datatype(const Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "datatype");
  const unsigned first = cursor.u8();
  const unsigned version = first >> 4;
  const unsigned kind = first & 0xF;
  if (version < 1 || version > 5) corrupt(cat("datatype: its version is ", version));
  const auto flags = static_cast<unsigned>(cursor.number(3));
  Datatype type;
  type.size = cursor.u32();
  if (type.size == 0) corrupt("datatype: its size is 0");
  if (kind == 0) {
    read_integer(type, flags, cursor);
  } else if (kind == 1) {
    read_floating(type, flags, cursor);
  } else if (kind == 3) {
    read_string(type, flags);
  } else if (kind == 5 && type.size == 2) {
    type.number = {.kind = NumberKind::bfloat16, .size = type.size};
  } else if (kind == 9 && (flags & 0xF) == 1) {
    type.type = TypeClass::variable_string;
    if (type.size != 4 + storage.widths().offset + 4) {
      corrupt(cat("variable-length string: its size is ", std::uint64_t{type.size}));
    }
  } else {
    unsupported(cat("the type class '", kind < kClasses.size() ? kClasses[kind] : "unknown",
                    "' is not supported; known: integers, floating-point numbers, strings"));
  }
  return type;
}

Shape read_dataspace(const Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "dataspace");
  const int version = cursor.u8();
  const int rank = cursor.u8();
  cursor.skip(1);  // whether there are largest sizes
  if (version != 1 && version != 2) unsupported(cat("dataspace: version ", version));
  if (rank > Shape::kMaxRank) {
    unsupported(cat("expected at most ", Shape::kMaxRank, " axes, got ", rank));
  }
  if (version == 1) {
    cursor.skip(5);
  } else if (cursor.u8() == 2) {
    unsupported("an empty (null) dataspace is not supported");
  }
  std::array<Index, Shape::kMaxRank> sizes{};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(rank); ++axis) {
    const std::uint64_t size = cursor.length();
    if (size > kNowhere >> 2) corrupt(cat("dataspace: a size of ", size));
    sizes[axis] = static_cast<Index>(size);
  }
  return Shape(std::span<const Index>(sizes).first(static_cast<std::size_t>(rank)));
}

std::uint64_t bytes_of(const Shape& shape, const Datatype& type, std::uint64_t most) {
  std::uint64_t bytes = type.size;
  std::uint64_t tensor_bytes = size_of(type.dtype());
  for (const Index size : shape) {
    bytes = product(bytes, static_cast<std::uint64_t>(size), "the data");
    tensor_bytes = product(tensor_bytes, static_cast<std::uint64_t>(size), "the data");
  }
  if (std::max(bytes, tensor_bytes) > most) {
    corrupt(cat("the data of shape ", shape, " take ", std::max(bytes, tensor_bytes),
                " bytes, more than the limit of ", most));
  }
  return bytes;
}

Tensor numbers(Bytes bytes, const Datatype& type, const Shape& shape) {
  return naming("hdf5", [&] { return detail::numbers(bytes, type.number, shape); });
}

Tensor fixed_strings(Bytes bytes, const Datatype& type, const Shape& shape) {
  Tensor tensor(DType::string, shape);
  std::string_view rest = text_of(bytes);
  for (std::string& element : tensor.data<std::string>()) {
    std::string_view text = rest.substr(0, type.size);
    rest.remove_prefix(type.size);
    if (type.padding == Padding::null_terminated) {
      text = text.substr(0, text.find('\0'));
    } else {
      const char filler = type.padding == Padding::null_padded ? '\0' : ' ';
      text = text.substr(0, text.find_last_not_of(filler) + 1);
    }
    element = text;
  }
  return tensor;
}

}  // namespace linnet::inline v0::detail::hdf5
