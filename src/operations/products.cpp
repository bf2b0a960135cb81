// Products of matrices and tensors.
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

/// `count` letters from the one of that number on.
std::string letters(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) text += static_cast<char>('a' + i);
  return text;
}

/// numpy's matmul: the last two axes are matrices, those before them are broadcast; a vector is a
/// row on the left and a column on the right.
Value matrix_product(const Value& a, const Value& b) {
  const int m = a.shape().rank(), n = b.shape().rank();
  if (m == 0 || n == 0) fail(ErrorCode::shape_mismatch, "a scalar is no matrix");
  if (m >= 2 && n == 2) return ops::matmul(a, b);
  const std::string left = m == 1 ? "y" : "...xy", right = n == 1 ? "y" : "...yz";
  std::string result = m == 1 && n == 1 ? "" : "...";
  if (m > 1) result += "x";
  if (n > 1) result += "z";
  return ops::einsum(cat(left, ",", right, "->", result), {a, b});
}

Values matmul(const Arguments& in) {
  Value a = in.floats("x1"), b = in.floats("x2");
  const auto turned = [](const Value& x) {
    const int rank = x.shape().rank();
    return ops::transpose(x, moved_axis(rank, rank - 1, rank - 2));
  };
  if (in.flag("transpose_a")) a = turned(a);
  if (in.flag("transpose_b")) b = turned(b);
  return {matrix_product(a, b)};
}

/// Sums over the last axis of a and the last but one of b.
Values dot(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const int m = a.shape().rank(), n = b.shape().rank();
  if (m == 0 || n == 0) return {ops::multiply(a, b)};
  if (n <= 2) return {matrix_product(a, b)};
  const std::string rest = letters(m, n - 1), front = letters(0, m - 1);
  const std::string before = rest.substr(0, rest.size() - 1);
  return {ops::einsum(cat(front, "z,", before, "z", rest.back(), "->", front, rest), {a, b})};
}

Values inner(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const int m = a.shape().rank(), n = b.shape().rank();
  if (m == 0 || n == 0) return {ops::multiply(a, b)};
  const std::string left = letters(0, m - 1), right = letters(m, n - 1);
  return {ops::einsum(cat(left, "z,", right, "z->", left, right), {a, b})};
}

Values outer(const Arguments& in) {
  const auto flat = [](const Value& x) { return ops::reshape(x, {any}); };
  return {ops::einsum("a,b->ab", {flat(in.floats("x1")), flat(in.floats("x2"))})};
}

/// Sums over the axes of a and b that `axes` names: a number of last and first ones, or two lists.
Values tensordot(const Arguments& in) {
  const Value a = in.floats("x1"), b = in.floats("x2");
  const int m = a.shape().rank(), n = b.shape().rank();
  std::vector<Index> from_a, from_b;
  const Config* axes = in.find("axes");
  if (axes != nullptr && axes->is_list()) {
    const auto read = [](const Config& given) {
      std::vector<Index> list;
      if (!given.is_list()) return std::vector<Index>{given.as_integer()};
      for (const Config& axis : given.items()) list.push_back(axis.as_integer());
      return list;
    };
    if (axes->items().size() != 2) fail(ErrorCode::invalid_argument, "axes: expected two lists");
    from_a = read(axes->items()[0]);
    from_b = read(axes->items()[1]);
  } else {
    const Index count = in.integer("axes", 2);
    for (Index i = 0; i < count; ++i) {
      from_a.push_back(m - count + i);
      from_b.push_back(i);
    }
  }
  if (from_a.size() != from_b.size()) fail(ErrorCode::invalid_argument, "axes of two lengths");
  std::string left = letters(0, m), right = letters(m, n), result;
  for (std::size_t i = 0; i < from_a.size(); ++i) {
    right[static_cast<std::size_t>(axis_of(from_b[i], n))] =
        left[static_cast<std::size_t>(axis_of(from_a[i], m))];
  }
  for (const char c : left) result += right.find(c) == right.npos ? std::string(1, c) : "";
  for (const char c : right) result += left.find(c) == left.npos ? std::string(1, c) : "";
  return {ops::einsum(cat(left, ",", right, "->", result), {a, b})};
}

Values einsum(const Arguments& in) {
  Values operands = in.values("operands");
  for (Value& operand : operands) operand = ops::cast(operand, DType::float32);
  return {ops::einsum(in.text("subscripts", ""), std::move(operands))};
}

constexpr OperationInfo kProductsTable[] = {
    {"numpy.Matmul", "x1 x2", matmul},       {"numpy.Dot", "x1 x2", dot},
    {"numpy.Inner", "x1 x2", inner},         {"numpy.Outer", "x1 x2", outer},
    {"numpy.Tensordot", "x1 x2", tensordot}, {"numpy.Einsum", "operands*", einsum},
};

}  // namespace

std::span<const OperationInfo> product_operations() { return kProductsTable; }

}  // namespace linnet::inline v0::detail
