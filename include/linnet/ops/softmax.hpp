// Normalizing ops along one axis: softmax, log_softmax, sparsemax; and glu.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// y = exp(x - max) / sum of exp(x - max) along `axis`; float32.
struct Softmax {
  static constexpr const char* kName = "softmax";
  static constexpr int kInPlace = 0;
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// (y, dy) -> dx = y (dy - sum of y dy along `axis`), for y = softmax(x).
struct SoftmaxGrad {
  static constexpr const char* kName = "softmax_grad";
  static constexpr int kInPlace = 1;
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y = x - max - log(sum of exp(x - max)) along `axis`; float32.
struct LogSoftmax {
  static constexpr const char* kName = "log_softmax";
  static constexpr int kInPlace = 0;
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The point of the probability simplex that is nearest to x, along `axis` (Martins and Astudillo,
/// 2016): y = max(x - tau, 0), tau such that y sums to 1; float32.
struct Sparsemax {
  static constexpr const char* kName = "sparsemax";
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

LINNET_API Value softmax(const Value& x, Index axis = -1);
LINNET_API Value log_softmax(const Value& x, Index axis = -1);
LINNET_API Value sparsemax(const Value& x, Index axis = -1);
/// a * sigmoid(b), where a and b are the halves of x along `axis`. Error: an odd or unknown size.
LINNET_API Value glu(const Value& x, Index axis = -1);

}  // namespace linnet::inline v0::ops
