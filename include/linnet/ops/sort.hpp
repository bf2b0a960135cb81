// The order of elements along an axis.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// Where the elements of x (..., n), in order along the last axis, stand in it: int32 (..., n).
/// Equal ones keep their order. NaN counts as more than all else. x: float32 or integers.
struct ArgSort {
  static constexpr const char* kName = "argsort";
  bool descending = false;
  static void fields(auto& self, FieldVisitor& field) { field("descending", self.descending); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
