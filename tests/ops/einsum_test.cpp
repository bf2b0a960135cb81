#include <linnet/ops/einsum.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::Einsum;

namespace {

/// The value of `einsum` on these inputs.
Tensor einsum_of(const std::string& equation, const Tensors& inputs) {
  std::map<std::string, Tensor> given;
  Values values;
  for (const Tensor& input : inputs) {
    const std::string name = "x" + std::to_string(given.size());
    given[name] = input;
    values.push_back(ops::input(name, {input.dtype(), input.shape()}));
  }
  return run_graph(ops::einsum(equation, values), given);
}

Tensor counting(const Shape& shape, float first = 1) {
  Tensor t(DType::float32, shape);
  for (float& x : t.data<float>()) x = first++;
  return t;
}

Caught refusal_of(const std::string& equation, const Shape& a, const Shape& b) {
  return error_of([&] {
    ops::einsum(equation,
                {ops::input("a", {DType::float32, a}), ops::input("b", {DType::float32, b})});
  });
}

}  // namespace

TEST_CASE("einsum in the orders that attention and its gradients have", "[einsum]") {
  const CheckOptions loose{.tolerance = 1e-5, .gradient_tolerance = 2e-3};
  const std::map<char, Index> sizes{{'b', 2}, {'q', 5}, {'k', 7}, {'h', 3}, {'d', 4}, {'g', 2}};
  const auto shape_of = [&](const std::string& letters) {
    std::vector<Index> list;
    for (const char letter : letters) list.push_back(sizes.at(letter));
    return Shape(std::span<const Index>(list));
  };
  for (const char* equation : {"bqhd,bkhd->bhqk", "bhqk,bkhd->bqhd", "bqghd,bkgd->bghqk",
                               "bghqk,bkgd->bqghd", "bqd,bkd->bqk", "bq,bq->b", "bq,bq->bq",
                               "b,q->bq", "qdh,khd->qk", "qkd,kd->q", "hq,bhk->bkq", "bd,d->b"}) {
    INFO(equation);
    const auto terms = detail::EinsumTerms::of(equation);
    check_op(Einsum{equation},
             {random_floats(shape_of(terms.a), 1), random_floats(shape_of(terms.b), 2)}, loose);
  }
}

TEST_CASE("einsum in pieces for many threads, with a rest", "[einsum][threads]") {
  const CheckOptions loose{.tolerance = 1e-4, .gradients = false};
  check_op(Einsum{"bqhd,bkhd->bhqk"},
           {random_floats({3, 70, 4, 16}, 1), random_floats({3, 65, 4, 16}, 2)}, loose);
  check_op(Einsum{"bqd,bkd->bkq"}, {random_floats({1, 301, 64}, 1), random_floats({1, 130, 64}, 2)},
           loose);
}

TEST_CASE("einsum of nothing is nothing, or zero", "[einsum]") {
  const CheckOptions plain{.gradients = false};
  check_op(Einsum{"bqd,bkd->bqk"},
           {Tensor(DType::float32, {0, 2, 3}), Tensor(DType::float32, {0, 4, 3})}, plain);
  check_op(Einsum{"bqd,bkd->bqk"},
           {Tensor(DType::float32, {2, 2, 0}), Tensor(DType::float32, {2, 4, 0})}, plain);
}

TEST_CASE("einsum() knows all equations of numpy", "[einsum]") {
  const Tensor a = counting({2, 3}), b = counting({3, 2}), square = counting({3, 3});
  CHECK(einsum_of("ij,jk->ik", {a, b}) == einsum_of("ij,jk", {a, b}));
  CHECK(einsum_of("ij,jk", {a, b}).data<float>()[3] == 64.0f);  // 4 * 2 + 5 * 4 + 6 * 6
  CHECK(einsum_of("ji", {a}).shape() == Shape{3, 2});
  CHECK(einsum_of("ij->", {a}).data<float>()[0] == 21.0f);
  CHECK(einsum_of("ii", {square}).data<float>()[0] == 15.0f);
  CHECK(einsum_of("ii->i", {square}).data<float>()[1] == 5.0f);
  CHECK(einsum_of("ij,kl->ik", {a, b}).data<float>()[0] == 18.0f);  // (1 + 2 + 3) (1 + 2)
  const Tensor three = einsum_of("ij,jk,kl->il", {a, b, a});
  CHECK(three == einsum_of("ij,jk->ik", {einsum_of("ij,jk->ik", {a, b}), a}));
  CHECK(einsum_of("i j, j k -> i k", {a, b}) == einsum_of("ij,jk", {a, b}));
}

TEST_CASE("einsum() of integers stays exact", "[einsum]") {
  const auto x = Tensor::of<std::int32_t>({2, 2}, {16777217, 3, 5, 16777219});
  CHECK(einsum_of("aa->a", {x}) == Tensor::of<std::int32_t>({2}, {16777217, 16777219}));
  CHECK(einsum_of("ab->b", {x}) == Tensor::of<std::int32_t>({2}, {16777222, 16777222}));
  CHECK(einsum_of("ab,ab->ba", {x, Tensor::full({2, 2}, std::int32_t{3})}) ==
        Tensor::of<std::int32_t>({2, 2}, {50331651, 15, 9, 50331657}));
  CHECK(error_of([&] {
          einsum_of("ab,ab->", {x, x.cast(DType::float32)});
        }).is(ErrorCode::dtype_mismatch, "expected int32, got float32"));
}

TEST_CASE("The dots of einsum() are leading axes, broadcast", "[einsum]") {
  const Tensor x = counting({2, 4, 3}), w = counting({3, 2});
  const Tensor plain = einsum_of("btx,xy->bty", {x, w});
  CHECK(einsum_of("...x,xy->...y", {x, w}) == plain);
  CHECK(einsum_of("...x,xy", {x, w}).shape() == Shape{2, 4, 2});
  CHECK(einsum_of("bt...,...y->bty", {x, w}) == plain);
  const Tensor row = counting({1, 4, 3});
  CHECK(einsum_of("...i,...i->...", {x, row}).shape() == Shape{2, 4});
  CHECK(einsum_of("...i,...i->...", {x, row}) ==
        einsum_of("...i,...i->...", {x, counting({4, 3})}));
}

TEST_CASE("einsum() shapes what it does not know yet", "[einsum]") {
  const Value x = ops::input("x", {DType::float32, {any, any, 6}});
  const Value w = ops::input("w", {DType::float32, {6, 2, 5}});
  CHECK(ops::einsum("btd,dhk->bthk", {x, w}).shape() == Shape{any, any, 2, 5});
  CHECK(ops::einsum("btd,bsd->bts", {x, x}).shape() == Shape{any, any, any});
}

TEST_CASE("einsum() refuses equations that do not fit", "[einsum]") {
  const auto code = ErrorCode::invalid_argument;
  CHECK(refusal_of("ab", {2, 3}, {3, 2}).is(code, "as many terms as inputs"));
  CHECK(refusal_of("ab,bc->ad", {2, 3}, {3, 2}).is(code, "no term has 'd'"));
  CHECK(refusal_of("ab,bc->aa", {2, 3}, {3, 2}).is(code, "'a' is twice"));
  CHECK(refusal_of("a1,bc->a", {2, 3}, {3, 2}).is(code, "expected letters"));
  CHECK(refusal_of("ab,bc->ac", {2, 3}, {4, 2}).is(ErrorCode::shape_mismatch, "'b' is 3 and 4"));
  CHECK(refusal_of("abc,bc->a", {2, 3}, {3, 2}).is(ErrorCode::shape_mismatch, "expected 3 axes"));
  CHECK(error_of([] { detail::EinsumTerms::of("aab,bc->ac"); }).is(code, "twice in one term"));
  CHECK(error_of([] { detail::EinsumTerms::of("abx,bc->ac"); }).is(code, "in one term alone"));
}

}  // namespace linnet::test
