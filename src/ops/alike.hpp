// What ops check that take float32 or integers.
#pragma once

#include "ops/check.hpp"

namespace linnet::inline v0::ops {

inline bool holds_integers(DType dtype) {
  return !is_floating(dtype) && dtype != DType::boolean && dtype != DType::string;
}

/// Exactly `count` inputs of one type, float32 or integers.
inline void require_alike(std::string_view where, std::span<const TensorType> inputs,
                          std::size_t count) {
  require_count(where, inputs, count);
  for (const TensorType& input : inputs) {
    if (!holds_integers(inputs[0].dtype)) require_dtype(where, input, DType::float32);
    require_dtype(where, input, inputs[0].dtype);
  }
}

}  // namespace linnet::inline v0::ops
