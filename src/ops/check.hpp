// What the infer() of several ops checks of its inputs.
#pragma once

#include <linnet/graph/value.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::ops {

inline void require_count(std::string_view where, std::span<const TensorType> inputs,
                          std::size_t count) {
  if (inputs.size() == count) return;
  detail::fail(ErrorCode::invalid_argument,
               detail::cat(where, ": expected ", std::uint64_t{count}, " inputs, got ",
                           std::uint64_t{inputs.size()}));
}

inline void require_dtype(std::string_view where, const TensorType& input, DType wanted) {
  if (input.dtype == wanted) return;
  detail::fail(ErrorCode::dtype_mismatch,
               detail::cat(where, ": expected ", wanted, ", got ", input.dtype));
}

/// Exactly `count` inputs, all float32.
inline void require_floats(std::string_view where, std::span<const TensorType> inputs,
                           std::size_t count) {
  require_count(where, inputs, count);
  for (const TensorType& input : inputs) require_dtype(where, input, DType::float32);
}

/// Error: `axis` is not the last of `shape`.
inline void require_last_axis(std::string_view where, Index axis, const Shape& shape) {
  if (axis == -1 || axis == shape.rank() - 1) return;
  detail::fail(ErrorCode::unsupported,
               detail::cat(where, ": axis must be the last one, got ", axis));
}

/// `axis` counted from the front. Error: out of range.
inline int require_axis(std::string_view where, Index axis, const Shape& shape) {
  const Index rank = shape.rank();
  if (axis < -rank || axis >= rank) {
    detail::fail(ErrorCode::out_of_range, detail::cat(where, ": axis ", axis, " of shape ", shape));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

/// For errors, where an input has one axis more than `rank`: the batch's may have been given too.
inline std::string_view batch_hint(const Shape& x, int rank) {
  const bool twice = x.rank() == rank + 1 && x.rank() > 2 && x[0] == any && x[1] == any;
  return twice ? "; the shape that an Input is given has no axis of the batch" : "";
}

}  // namespace linnet::inline v0::ops
