// Products of matrices and tensors.
#include <algorithm>
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

/// f(factors), in the dtype that they have: integers wrap; of truth, whether any products are true.
template <class F>
Values product_of(Values factors, F f) {
  if (factors.empty()) fail(ErrorCode::invalid_argument, "a product of nothing");
  if (factors[0].dtype() != DType::boolean) return {f(factors)};
  for (Value& factor : factors) factor = counted(factor);
  return {truth(f(factors))};
}

/// f(x1, x2) likewise.
template <class F>
Values product_of(const Arguments& in, F f) {
  const auto [a, b] = in.alike("x1", "x2");
  return product_of({a, b}, [&](const Values& pair) { return f(pair[0], pair[1]); });
}

Values matmul(const Arguments& in) {
  const bool turn_a = in.flag("transpose_a"), turn_b = in.flag("transpose_b");
  const auto turned = [](const Value& x, bool turn) {
    if (!turn) return x;
    const int rank = x.shape().rank();
    if (rank < 2) fail(ErrorCode::shape_mismatch, cat("a transposed matrix of shape ", x.shape()));
    return ops::transpose(x, moved_axis(rank, rank - 1, rank - 2));
  };
  return product_of(in, [&](const Value& a, const Value& b) {
    return matrix_product(turned(a, turn_a), turned(b, turn_b));
  });
}

/// Sums over the last axis of a and the last but one of b.
Value dot_of(const Value& a, const Value& b) {
  const int m = a.shape().rank(), n = b.shape().rank();
  if (m == 0 || n == 0) return ops::multiply(a, b);
  if (n <= 2) return matrix_product(a, b);
  const std::string rest = letters(m, n - 1), front = letters(0, m - 1);
  const std::string before = rest.substr(0, rest.size() - 1), last = rest.substr(before.size());
  return ops::einsum(cat(front, "z,", before, "z", last, "->", front, rest), {a, b});
}

Values dot(const Arguments& in) { return product_of(in, dot_of); }

Value inner_of(const Value& a, const Value& b) {
  const int m = a.shape().rank(), n = b.shape().rank();
  if (m == 0 || n == 0) return ops::multiply(a, b);
  const std::string left = letters(0, m - 1), right = letters(m, n - 1);
  return ops::einsum(cat(left, "z,", right, "z->", left, right), {a, b});
}

Values inner(const Arguments& in) { return product_of(in, inner_of); }

Values outer(const Arguments& in) {
  const auto flat = [](const Value& x) { return ops::reshape(x, {any}); };
  return product_of(in, [&](const Value& a, const Value& b) {
    return ops::einsum("a,b->ab", {flat(a), flat(b)});
  });
}

/// Sums over the axes of a and b that `axes` names: a number of last and first ones, or two lists.
Values tensordot(const Arguments& in) {
  const auto both = in.alike("x1", "x2");
  const int m = both.first.shape().rank(), n = both.second.shape().rank();
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
    if (count < 0 || count > std::min(m, n)) {
      fail(ErrorCode::invalid_argument, cat("axes: ", count, " of tensors of shape ",
                                            both.first.shape(), " and ", both.second.shape()));
    }
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
  return product_of(in, [&](const Value& a, const Value& b) {
    return ops::einsum(cat(left, ",", right, "->", result), {a, b});
  });
}

Values einsum(const Arguments& in) {
  const std::string_view subscripts = in.text("subscripts", "");
  return product_of(in.values("operands"),
                    [&](const Values& operands) { return ops::einsum(subscripts, operands); });
}

constexpr OperationInfo kProductsTable[] = {
    {"numpy.Matmul", "x1 x2", matmul},       {"numpy.Dot", "x1 x2", dot},
    {"numpy.Inner", "x1 x2", inner},         {"numpy.Outer", "x1 x2", outer},
    {"numpy.Tensordot", "x1 x2", tensordot}, {"numpy.Einsum", "operands*", einsum},
};

}  // namespace

std::span<const OperationInfo> product_operations() { return kProductsTable; }

}  // namespace linnet::inline v0::detail
