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

/// y = max(x - tau, 0) along `axis`; float32. Of the values in falling order x1, x2, ... the first
/// k support, k the last with 1 + k xk > x1 + ... + xk. As Keras has it, tau is (the sum over the
/// support of x1 + ... + xi, minus 1) / k; Martins and Astudillo (2016) have x1 + ... + xk in place
/// of that sum, so y sums to 1 for k = 1 only.
struct Sparsemax {
  static constexpr const char* kName = "sparsemax";
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// (x, dy) -> dx = s dy - (dtau / dx) (sum of s dy along `axis`), s = [x > tau]; for the i-th of k
/// values in the support dtau / dx = (k - i + 1) / k, for others 0.
struct SparsemaxGrad {
  static constexpr const char* kName = "sparsemax_grad";
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

LINNET_API Value softmax(const Value& x, Index axis = -1);
LINNET_API Value log_softmax(const Value& x, Index axis = -1);
LINNET_API Value sparsemax(const Value& x, Index axis = -1);
/// a * sigmoid(b), where a and b are the halves of x along `axis`. Error: an odd or unknown size.
LINNET_API Value glu(const Value& x, Index axis = -1);

}  // namespace linnet::inline v0::ops
