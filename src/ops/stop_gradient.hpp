// StopGradient: a value that no gradient passes.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y = x, and no gradient: what learns behind it does not learn through it. Gone from a plan that
/// is simplified.
struct StopGradient {
  static constexpr const char* kName = "stop_gradient";
  static constexpr int kInPlace = 0;
  static void fields(auto&, FieldVisitor&) {}
  Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
