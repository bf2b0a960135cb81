// with_number, with_bits: calls a generic function with the C++ type of a dtype.
#pragma once

#include <cstdint>
#include <linnet/core/dtype.hpp>

namespace linnet::inline v0 {

/// Calls f(T{}) for a numeric dtype or boolean; the default result for string.
template <class F>
auto with_number(DType dtype, F&& f) -> decltype(f(float{})) {
  switch (dtype) {
    case DType::float32:
      return f(float{});
    case DType::float64:
      return f(double{});
    case DType::int32:
      return f(std::int32_t{});
    case DType::int64:
      return f(std::int64_t{});
    case DType::uint8:
      return f(std::uint8_t{});
    case DType::boolean:
      return f(bool{});
    case DType::string:
      break;
  }
  return decltype(f(float{}))();  // also of void
}

/// Calls f with an unsigned type of the dtype's size, for kernels that only move elements; the
/// default result for string.
template <class F>
auto with_bits(DType dtype, F&& f) -> decltype(f(std::uint32_t{})) {
  switch (dtype) {
    case DType::float32:
    case DType::int32:
      return f(std::uint32_t{});
    case DType::float64:
    case DType::int64:
      return f(std::uint64_t{});
    case DType::uint8:
    case DType::boolean:
      return f(std::uint8_t{});
    case DType::string:
      break;
  }
  return {};
}

}  // namespace linnet::inline v0
