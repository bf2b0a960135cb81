// with_totals: in what the reference kernels add up numbers.
#pragma once

#include <cstdint>
#include <linnet/core/dtype.hpp>

namespace linnet::inline v0 {

/// Calls f(T{}, Total{}) with the C++ type of a dtype and that of its sums: double for floats, and
/// for integers 64 bits, which wrap as theirs do. The default result for boolean and string.
template <class F>
auto with_totals(DType dtype, F&& f) -> decltype(f(float{}, double{})) {
  switch (dtype) {
    case DType::float32:
      return f(float{}, double{});
    case DType::float64:
      return f(double{}, double{});
    case DType::int32:
      return f(std::int32_t{}, std::uint64_t{});
    case DType::int64:
      return f(std::int64_t{}, std::uint64_t{});
    case DType::uint8:
      return f(std::uint8_t{}, std::uint64_t{});
    case DType::boolean:
    case DType::string:
      break;
  }
  return {};
}

}  // namespace linnet::inline v0
