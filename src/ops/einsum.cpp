#include <algorithm>
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <numeric>

#include "ops/alike.hpp"
#include "ops/einsum_letters.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::EinsumTerms;
using detail::fail;
using detail::has;

EinsumTerms EinsumTerms::of(std::string_view equation) {
  const std::size_t comma = equation.find(','), arrow = equation.find("->");
  if (comma == equation.npos || arrow == equation.npos || comma > arrow) {
    detail::refuse_equation(equation, "expected the form 'ab,bc->ac'");
  }
  EinsumTerms terms{std::string(equation.substr(0, comma)),
                    std::string(equation.substr(comma + 1, arrow - comma - 1)),
                    std::string(equation.substr(arrow + 2))};
  const std::pair<const std::string*, std::string> each[] = {
      {&terms.a, terms.b + terms.y}, {&terms.b, terms.a + terms.y}, {&terms.y, terms.a + terms.b}};
  for (const auto& [term, others] : each) {
    for (const char letter : *term) {
      if (!detail::is_letter(letter)) detail::refuse_equation(equation, "expected letters");
      if (std::ranges::count(*term, letter) > 1) {
        detail::refuse_equation(equation, cat(detail::quoted(letter), " is twice in one term"));
      }
      if (!has(others, letter)) {
        detail::refuse_equation(equation, cat(detail::quoted(letter), " is in one term alone"));
      }
    }
  }
  return terms;
}

namespace ops {

namespace {

/// The size of `letter`, from whichever of the two inputs knows it.
Index size_in(const EinsumTerms& terms, std::span<const TensorType> inputs, char letter) {
  const auto in = [&](const std::string& term, const Shape& shape) {
    const std::size_t at = term.find(letter);
    return at == term.npos ? any : shape[static_cast<int>(at)];
  };
  const Index a = in(terms.a, inputs[0].shape);
  return a != any ? a : in(terms.b, inputs[1].shape);
}

}  // namespace

Types Einsum::infer(std::span<const TensorType> inputs) const {
  require_alike(kName, inputs, 2);
  const EinsumTerms terms = EinsumTerms::of(equation);
  const std::string* letters[] = {&terms.a, &terms.b};
  for (std::size_t i = 0; i < 2; ++i) {
    const Shape& shape = inputs[i].shape;
    detail::require_letters(equation, *letters[i], shape);
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const char letter = (*letters[i])[static_cast<std::size_t>(axis)];
      const Index size = size_in(terms, inputs, letter);
      if (size != any && shape[axis] != any && shape[axis] != size) {
        detail::refuse_sizes(equation, letter, size, shape[axis]);
      }
    }
  }
  std::vector<Index> sizes;
  for (const char letter : terms.y) sizes.push_back(size_in(terms, inputs, letter));
  return {{inputs[0].dtype, Shape(std::span<const Index>(sizes))}};
}

std::vector<Gradient> Einsum::grad(const GradCall& call) const {
  if (!is_floating(call.y().dtype())) return {Gradient(), Gradient()};
  const auto [a, b, y] = EinsumTerms::of(equation);
  return {einsum(cat(y, ",", b, "->", a), {call.dy(), call.x(1)}),
          einsum(cat(a, ",", y, "->", b), {call.x(0), call.dy()})};
}

namespace {

/// A value whose axes have letters.
struct Term {
  Value value;
  std::string letters;

  Index size(char letter) const { return value.shape()[static_cast<int>(letters.find(letter))]; }
};

std::string without(const std::string& letters, const std::string& others) {
  std::string rest;
  std::ranges::copy_if(letters, std::back_inserter(rest),
                       [&](char letter) { return !has(others, letter); });
  return rest;
}

/// `term` with its second axis of `letter` taken off: the diagonal of both.
Term diagonal(const Term& term, char letter) {
  const auto first = term.letters.find(letter), second = term.letters.find(letter, first + 1);
  const Shape& shape = term.value.shape();
  const Index n = shape[static_cast<int>(first)];
  std::string letters = term.letters;
  letters.erase(second, 1);
  Value value = term.value;
  if (shape.known()) {  // the others count 0
    constexpr Index kMost = Index{1} << 20;
    if (n > kMost) fail(ErrorCode::out_of_range, cat("einsum: a diagonal of ", n, " elements"));
    Tensor places(DType::int32, {n});
    std::iota(places.data<std::int32_t>().begin(), places.data<std::int32_t>().end(), 0);
    const Shape around(std::vector<Index>(static_cast<std::size_t>(shape.rank()), 1));
    const auto along = [&](std::size_t axis) {
      return constant(places.reshaped(around.with(static_cast<int>(axis), n)));
    };
    const Value same = compare(CompareKind::equal, along(first), along(second));
    value = select(same, value, constant(Tensor(value.dtype(), {})));
  }
  return {reduce_sum(value, {static_cast<Index>(second)}), letters};
}

/// `term` summed over the letters that `kept` lacks.
Term summed(const Term& term, const std::string& kept) {
  std::vector<Index> axes;
  for (std::size_t i = 0; i < term.letters.size(); ++i) {
    if (!has(kept, term.letters[i])) axes.push_back(static_cast<Index>(i));
  }
  if (axes.empty()) return term;
  return {reduce_sum(term.value, axes), without(term.letters, without(term.letters, kept))};
}

/// `term` with its axes in this order.
Value ordered(const Term& term, const std::string& letters) {
  std::vector<Index> perm;
  for (const char letter : letters) perm.push_back(static_cast<Index>(term.letters.find(letter)));
  return std::ranges::is_sorted(perm) ? term.value : transpose(term.value, perm);
}

Index product_of(const Term& term, const std::string& letters) {
  std::vector<Index> sizes;
  for (const char letter : letters) sizes.push_back(term.size(letter));
  return Shape(sizes).elements();
}

/// y = a b (+ bias) as one matrix product, or nothing if it is none: the summed letters are
/// together in a and in b, in one order, and y has those of a before those of b.
Value as_matmul(const Term& a, const Term& b, const std::string& y, const Value& bias) {
  const std::string rows = without(a.letters, b.letters), columns = without(b.letters, a.letters);
  const std::string sums = without(a.letters, rows);
  const bool last_in_a = a.letters == rows + sums, first_in_b = b.letters == sums + columns;
  if (y != rows + columns || (!last_in_a && a.letters != sums + rows) ||
      (!first_in_b && b.letters != columns + sums)) {
    return {};
  }
  const Index m = product_of(a, rows), n = product_of(b, columns), k = product_of(a, sums);
  Values inputs{reshape(a.value, last_in_a ? Shape{m, k} : Shape{k, m}),
                reshape(b.value, first_in_b ? Shape{k, n} : Shape{n, k})};
  std::vector<Index> sizes;
  for (const char letter : rows) sizes.push_back(a.size(letter));
  for (const char letter : columns) sizes.push_back(b.size(letter));
  const bool fits = bias && bias.shape().elements() == n &&
                    bias.shape().rank() == static_cast<int>(columns.size());
  if (fits) inputs.push_back(reshape(bias, {n}));
  const Value product = reshape(linnet::apply(MatMul{!last_in_a, !first_in_b}, inputs),
                                Shape(std::span<const Index>(sizes)));
  return bias && !fits ? add(product, bias) : product;
}

Value contracted(const Term& a, const Term& b, const std::string& y, const Value& bias) {
  if (a.value.shape().known() && b.value.shape().known()) {
    if (const Value product = as_matmul(a, b, y, bias)) return product;
    if (const Value product = as_matmul(b, a, y, bias)) return product;
  }
  const Value product = apply(Einsum{cat(a.letters, ",", b.letters, "->", y)}, {a.value, b.value});
  return bias ? add(product, bias) : product;
}

/// Takes off axes of size 1 of which another term has more. Error: sizes that differ.
void match_sizes(std::string_view equation, std::vector<Term>& terms) {
  for (Term& term : terms) {
    for (const char letter : std::string(term.letters)) {
      const Index size = term.size(letter);
      for (const Term& other : terms) {
        const Index theirs = has(other.letters, letter) ? other.size(letter) : size;
        if (theirs == size) continue;
        if (size == 1) {
          const auto at = term.letters.find(letter);
          term.letters.erase(at, 1);
          term.value = squeeze(term.value, static_cast<Index>(at));
          break;
        }
        if (size != any && theirs != any && theirs != 1) {
          detail::refuse_sizes(equation, letter, size, theirs);
        }
      }
    }
  }
}

/// The inputs with a letter for each axis, none of which occurs twice in a term.
std::vector<Term> plain_terms(std::string_view equation, const std::vector<std::string>& letters,
                              const Values& inputs) {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorType both[] = {inputs[0].type(), inputs[i].type()};
    require_alike("einsum", both, 2);
    detail::require_letters(equation, letters[i], inputs[i].shape());
    Term term{inputs[i], letters[i]};
    for (const char letter : letters[i]) {
      if (std::ranges::count(term.letters, letter) > 1) term = diagonal(term, letter);
    }
    terms.push_back(std::move(term));
  }
  match_sizes(equation, terms);
  return terms;
}

}  // namespace

Value einsum(std::string_view equation, Values inputs, const Value& bias) {
  std::vector<int> ranks;
  for (const Value& input : inputs) ranks.push_back(input.shape().rank());
  const auto [letters, result] = detail::read_equation(equation, ranks);
  const std::vector<Term> terms = plain_terms(equation, letters, inputs);
  Term sum = terms.front();
  for (std::size_t i = 1; i < terms.size(); ++i) {
    std::string needed = result;
    for (std::size_t k = i + 1; k < terms.size(); ++k) needed += terms[k].letters;
    const Term left = summed(sum, needed + terms[i].letters);
    const Term right = summed(terms[i], needed + left.letters);
    const bool last = i + 1 == terms.size();
    const std::string both = left.letters + without(right.letters, left.letters);
    const std::string kept = last ? result : without(both, without(both, needed));
    sum = {contracted(left, right, kept, last ? bias : Value()), kept};
  }
  if (terms.size() > 1) return sum.value;
  const Value y = ordered(summed(sum, result), result);
  return bias ? add(y, bias) : y;
}

}  // namespace ops
}  // namespace linnet::inline v0
