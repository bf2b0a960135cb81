// Einsum: sums of products, written with a letter for each axis.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0 {

namespace detail {

/// The three terms of an equation "ab,bc->ac": the letters of a, b and y, one for each axis.
struct EinsumTerms {
  std::string a, b, y;
  /// Error: not of that form, or a letter of y that neither a nor b has.
  LINNET_API static EinsumTerms of(std::string_view equation);
};

}  // namespace detail

namespace ops {

/// y = sum of a b over the letters that y lacks, by an equation such as "bqhd,bkhd->bhqk". a and b
/// float32 or integers. A term has each letter once, and a letter of one term is in another:
/// einsum() turns every other equation into this.
struct Einsum {
  static constexpr const char* kName = "einsum";
  std::string equation = {};
  static void fields(auto& self, FieldVisitor& field) { field("equation", self.equation); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// numpy.einsum: one or more terms, of which each has a letter for each axis of its input, and the
/// letters of the result; without "->" those that occur once, in the order of the alphabet. A
/// letter twice in a term takes the diagonal. "..." stands for leading axes, at most one a term,
/// which are broadcast. Where sizes are known and the sum is one matrix product, it is a MatMul.
/// `bias`, if given, is added to the result, broadcast. Error: an equation that does not fit.
LINNET_API Value einsum(std::string_view equation, Values inputs, const Value& bias = {});

}  // namespace ops
}  // namespace linnet::inline v0
