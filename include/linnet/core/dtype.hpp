// Element types of tensors.
#pragma once

#include <cstdint>
#include <linnet/core/error.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

/// The type of a tensor's elements; named as Keras names them.
enum class DType : std::uint8_t { float32, float64, int32, int64, uint8, boolean, string };

/// "float32", "int32", ..., "bool", "string".
LINNET_API std::string_view name_of(DType dtype);
/// The type of that name. Error: unknown name.
LINNET_API DType dtype_named(std::string_view name);
/// Bytes of one element; sizeof(std::string) for string.
LINNET_API std::size_t size_of(DType dtype);
/// True for float32 and float64.
inline bool is_floating(DType dtype) { return dtype <= DType::float64; }

namespace detail {

template <class T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::float32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::float64;
};
template <>
struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::int32;
};
template <>
struct DTypeOf<std::int64_t> {
  static constexpr DType value = DType::int64;
};
template <>
struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::uint8;
};
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::boolean;
};
template <>
struct DTypeOf<std::string> {
  static constexpr DType value = DType::string;
};

}  // namespace detail

/// The DType of the C++ type T.
template <class T>
inline constexpr DType dtype_of = detail::DTypeOf<T>::value;

}  // namespace linnet::inline v0
