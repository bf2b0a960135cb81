// Matrix product.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y[m, n] = sum over k of a[m, k] b[k, n] (+ bias[n]); float32 or integers. b has rank 2; a
/// too or, unless transposed, more: all but its last axis are rows. The flags say how both lie.
/// The third input, a bias of shape (n), is optional.
struct MatMul {
  static constexpr const char* kName = "matmul";
  bool transpose_a = false, transpose_b = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("transpose_a", self.transpose_a);
    field("transpose_b", self.transpose_b);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

LINNET_API Value matmul(const Value& a, const Value& b, bool transpose_a = false,
                        bool transpose_b = false);

}  // namespace linnet::inline v0::ops
