// Elementwise ops: arithmetic and comparison with numpy's broadcasting, casts, selection.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/graph/parameter.hpp>

namespace linnet::inline v0::ops {

enum class UnaryKind : std::uint8_t {
  negative,
  exp,
  log,
  sqrt,
  square,
  abs,
  sign,  ///< -1, 0 or 1
  reciprocal,
  floor,
  ceil,
  round,  ///< to the nearest, halves to even
  sin,
  cos
};

/// y = f(x) for each element; float32. The gradient of sign, floor, ceil and round is none.
struct Unary {
  static constexpr const char* kName = "unary";
  static constexpr int kInPlace = 0;
  UnaryKind kind = UnaryKind::negative;
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

enum class BinaryKind : std::uint8_t { add, subtract, multiply, divide, maximum, minimum, power };

/// y = f(a, b), broadcast. Inputs of one numeric dtype, which the output has too. The gradient of
/// maximum and minimum goes to a where both are equal.
struct Binary {
  static constexpr const char* kName = "binary";
  static constexpr int kInPlace = 0;
  BinaryKind kind = BinaryKind::add;
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

enum class CompareKind : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  logical_and,
  logical_or
};

/// y = f(a, b), broadcast, boolean. Inputs of one dtype (boolean for logical_and and logical_or).
struct Compare {
  static constexpr const char* kName = "compare";
  CompareKind kind = CompareKind::equal;
  static void fields(auto& self, FieldVisitor& field);
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// y = scale * x + offset; float32.
struct Affine {
  static constexpr const char* kName = "affine";
  static constexpr int kInPlace = 0;
  float scale = 1, offset = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("scale", self.scale);
    field("offset", self.offset);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// y = x converted as static_cast does, between numeric dtypes.
struct Cast {
  static constexpr const char* kName = "cast";
  DType dtype = DType::float32;
  static void fields(auto& self, FieldVisitor& field) { field("dtype", self.dtype); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// y = condition ? a : b, broadcast; condition boolean, a and b of one dtype.
struct Select {
  static constexpr const char* kName = "select";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

void Unary::fields(auto& self, FieldVisitor& field) {
  int kind = static_cast<int>(self.kind);
  field("kind", kind);
  self.kind = static_cast<UnaryKind>(kind);
}
void Binary::fields(auto& self, FieldVisitor& field) {
  int kind = static_cast<int>(self.kind);
  field("kind", kind);
  self.kind = static_cast<BinaryKind>(kind);
}
void Compare::fields(auto& self, FieldVisitor& field) {
  int kind = static_cast<int>(self.kind);
  field("kind", kind);
  self.kind = static_cast<CompareKind>(kind);
}

/// The shape of a and b together by numpy's rules; `any` meets a known size as that size.
/// Error: sizes that differ and are not 1.
LINNET_API Shape broadcast(const Shape& a, const Shape& b, std::string_view where);

LINNET_API Value add(const Value& a, const Value& b);
LINNET_API Value subtract(const Value& a, const Value& b);
LINNET_API Value multiply(const Value& a, const Value& b);
LINNET_API Value divide(const Value& a, const Value& b);
LINNET_API Value maximum(const Value& a, const Value& b);
LINNET_API Value minimum(const Value& a, const Value& b);
LINNET_API Value power(const Value& a, const Value& b);
LINNET_API Value affine(const Value& x, float scale, float offset = 0);
LINNET_API Value unary(UnaryKind kind, const Value& x);
LINNET_API Value compare(CompareKind kind, const Value& a, const Value& b);
LINNET_API Value logical_not(const Value& x);
/// x itself if it has that dtype.
LINNET_API Value cast(const Value& x, DType dtype);
LINNET_API Value select(const Value& condition, const Value& a, const Value& b);

}  // namespace linnet::inline v0::ops
