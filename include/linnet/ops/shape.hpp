// Ops that move elements: reshape, transpose, broadcast, concatenate, slice, pad.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

/// x with its elements in the same order under another shape. Each of `sizes` is a size, or `any`
/// for what is left (once at most), or axis(i): the size that x has along axis i. Any dtype.
struct Reshape {
  static constexpr const char* kName = "reshape";
  static constexpr int kInPlace = 0;
  static constexpr Index axis(int i) { return -2 - i; }
  std::vector<Index> sizes = {};
  static void fields(auto& self, FieldVisitor& field) { field("sizes", self.sizes); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// y's axis i is x's axis perm[i]. Any dtype.
struct Transpose {
  static constexpr const char* kName = "transpose";
  std::vector<Index> perm = {};
  static void fields(auto& self, FieldVisitor& field) { field("perm", self.perm); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// x repeated to `shape` by numpy's rules; `any` in `shape` keeps the size that x has there.
struct BroadcastTo {
  static constexpr const char* kName = "broadcast_to";
  Shape shape = {};
  static void fields(auto& self, FieldVisitor& field) { field("shape", self.shape); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// The inputs one after the other along `axis`; one dtype, other sizes equal.
struct Concatenate {
  static constexpr const char* kName = "concatenate";
  Index axis = -1;
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Elements [begin, begin + size) along `axis`. A negative begin counts from the end; the size
/// `any` takes all that follows.
struct Slice {
  static constexpr const char* kName = "slice";
  Index axis = 0, begin = 0, size = any;
  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("begin", self.begin);
    field("size", self.size);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Zeros before and after x along `axis`.
struct Pad {
  static constexpr const char* kName = "pad";
  Index axis = 0, before = 0, after = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("before", self.before);
    field("after", self.after);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// x itself if it has that shape; `shape` may hold one `any`.
LINNET_API Value reshape(const Value& x, const Shape& shape);
/// A new axis of size 1 at `axis` of the result.
LINNET_API Value expand_dims(const Value& x, Index axis);
/// x without `axis`. Error: its size is not 1.
LINNET_API Value squeeze(const Value& x, Index axis);
/// (n, ...) to (n, product of the rest).
LINNET_API Value flatten(const Value& x);
LINNET_API Value transpose(const Value& x, std::vector<Index> perm);
/// x itself if it has that shape.
LINNET_API Value broadcast_to(const Value& x, const Shape& shape);
LINNET_API Value concatenate(Values inputs, Index axis = -1);
LINNET_API Value slice(const Value& x, Index axis, Index begin, Index size = any);
LINNET_API Value pad(const Value& x, Index axis, Index before, Index after);

}  // namespace linnet::inline v0::ops
