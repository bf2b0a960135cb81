// Remainder: what a division that is rounded towards 0 leaves.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y = a - trunc(a / b) b, exactly, as fmod: it has the sign of a. Floats, broadcast.
struct Remainder {
  static constexpr const char* kName = "remainder";
  static void fields(auto&, FieldVisitor&) {}
  Types infer(std::span<const TensorType> inputs) const;
  std::vector<Gradient> grad(const GradCall& call) const;
};

}  // namespace linnet::inline v0::ops
