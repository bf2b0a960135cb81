// The passes from a graph to another: rewrite, combine, simplify, differentiate, verify, print.
#include <linnet/ops/activation.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "core/error_of.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

using Given = std::map<std::string, Tensor>;

/// How often an op stands in the graph of `root`.
Index count_of(const Value& root, std::string_view op) {
  Index count = 0;
  for (const auto& node : topological_order(std::span(&root, 1))) count += node->op.name() == op;
  return count;
}

/// Both compute the same, and so do their gradients by `parameter`.
void check_same_function(const Value& a, const Value& b, const Parameter& parameter,
                         const Given& given) {
  const Tensor value = run_graph(a, given);
  CHECK(close(run_graph(b, given), value, 1e-5));
  const Tensor dy = random_floats(value.shape(), 77);
  Tensors gradients;
  for (const Value& y : {a, b}) {
    const auto pairs = differentiate(ops::reduce_sum(ops::multiply(y, ops::constant(dy))));
    REQUIRE(pairs.size() == 1);
    gradients.push_back(run_graph(dense_gradient(pairs[0].gradient, parameter.type.shape), given));
  }
  CHECK(close(gradients[1], gradients[0], 1e-5));
}

/// Ids and lengths of four rows of five, and a table of seven rows.
struct Bag {
  std::shared_ptr<Parameter> table = as_parameter(random_floats({7, 3}, 1));
  Value ids = ops::input("ids", {DType::int32, {4, 5}});
  Value lengths = ops::input("lengths", {DType::int32, {4}});
  Value rows = ops::gather(ops::parameter(table), ids);
  Given given{{"ids", Tensor::of<std::int32_t>({4, 5}, {1, 2, 0, 2, 6,  //
                                                        0, 0, 3, 3, 3,  //
                                                        0, 0, 0, 0, 0,  //
                                                        5, 4, 3, 2, 1})},
              {"lengths", Tensor::of<std::int32_t>({4}, {5, 3, 2, 0})}};
  Value there() const { return ops::not_zero(ids); }
  Value within() const { return ops::sequence_mask(lengths, 5); }
  Value both(const Value& a, const Value& b) const {
    return ops::compare(ops::CompareKind::logical_and, a, b);
  }
};

}  // namespace

TEST_CASE("The mean of looked-up rows becomes one op, under each of its masks", "[plan]") {
  const Bag bag;
  const Value means[] = {ops::reduce_mean(bag.rows, {1}), ops::masked_mean(bag.rows, bag.there()),
                         ops::masked_mean(bag.rows, bag.within()),
                         ops::masked_mean(bag.rows, bag.both(bag.within(), bag.there())),
                         ops::masked_mean(bag.rows, bag.both(bag.there(), bag.there()))};
  for (const Value& plain : means) {
    const Value combined = combine({plain})[0];
    INFO(print({.outputs = {combined}}));
    CHECK(count_of(combined, "embedding_bag") == 1);
    CHECK(count_of(combined, "gather") == 0);
    check_same_function(plain, combined, *bag.table, bag.given);
  }
}

TEST_CASE("Other means of looked-up rows stay what they are", "[plan]") {
  const Bag bag;
  const Value other = ops::input("lengths", {DType::int32, {4}});
  const Value others[] = {
      ops::reduce_mean(bag.rows, {2}),
      ops::reduce_mean(bag.rows, {1}, true),
      ops::reduce_sum(bag.rows, {1}),
      ops::masked_mean(bag.rows, bag.both(bag.within(), ops::sequence_mask(other, 5))),
      ops::masked_mean(bag.rows, ops::input("mask", {DType::boolean, {4, 5}})),
      ops::masked_mean(bag.rows, ops::not_zero(ops::input("other", {DType::int32, {4, 5}})))};
  for (const Value& plain : others) CHECK(count_of(combine({plain})[0], "embedding_bag") == 0);
}

TEST_CASE("Crossentropies of softmax and sigmoid are computed from the logits", "[plan]") {
  const auto parameter = as_parameter(random_floats({6, 4}, 2, -3, 3));
  const Value z = ops::parameter(parameter);
  const Value softmax = apply(ops::Softmax{}, {z});
  const Value sigmoid = apply(ops::Activate{.kind = ops::ActivationKind::sigmoid}, {z});
  const Value scores = ops::constant(random_floats({6, 4}, 3, 0, 1));
  const Value labels = ops::constant(random_ints({6}, 4, 4));
  const Value losses[] = {ops::categorical_crossentropy(scores, softmax, false, 0.1f),
                          ops::sparse_categorical_crossentropy(labels, softmax),
                          ops::binary_crossentropy(scores, sigmoid)};
  for (const Value& plain : losses) {
    const Value combined = combine({plain})[0];
    CHECK(count_of(combined, "softmax") + count_of(combined, "activate") == 0);
    if (plain.node().op.name() != "categorical_crossentropy") {
      check_same_function(plain, combined, *parameter, {});
    } else {
      CHECK(close(run_graph(combined), run_graph(plain), 1e-5));
    }
  }
}

TEST_CASE("Rewriting keeps what no rule answers for, and the layer's path", "[plan]") {
  const Value x = ops::input("x", {DType::float32, {2}});
  const Value y = ops::affine(ops::unary(ops::UnaryKind::exp, x), 2);
  y.node().path = "layer";
  const RewriteRule to_sine = [](const Node& node, const Values& in) -> std::optional<Values> {
    if (node.op.name() != "affine") return std::nullopt;
    return Values{ops::unary(ops::UnaryKind::sin, in[0])};
  };
  const RewriteRule never = [](const Node& node, const Values& in) -> std::optional<Values> {
    if (node.op.name() != "affine") return std::nullopt;
    return Values{in[0]};
  };
  const std::vector<RewriteRule> rules{to_sine, never}, none;
  const Value changed = rewrite({y}, rules)[0];
  CHECK(changed.node().op.as<ops::Unary>()->kind == ops::UnaryKind::sin);
  CHECK(changed.node().path == "layer");
  CHECK(changed.node().inputs[0] == y.node().inputs[0]);
  CHECK(rewrite({y}, none)[0] == y);
}

TEST_CASE("Simplifying merges equal nodes and drops those that do nothing", "[plan]") {
  const Value x = ops::input("x", {DType::float32, {2, 3}});
  const Value a = ops::unary(ops::UnaryKind::exp, x), b = ops::unary(ops::UnaryKind::exp, x);
  const Value nothing = ops::affine(apply(ops::Cast{DType::float32}, {a}), 1, 0);
  const Value there_and_back = ops::reshape(ops::reshape(b, {6}), {2, 3});
  const Value y = ops::add(nothing, there_and_back);
  const Graph simple = simplify({.outputs = {y}});
  INFO(print(simple));
  CHECK(topological_order(simple.outputs).size() == 3);
  const Given given{{"x", random_floats({2, 3}, 1)}};
  CHECK(same_bits(run_graph(simple.outputs[0], given), run_graph(y, given)));
  // Ops with other settings, and constants with other values, stay apart.
  const Value apart = ops::add(ops::affine(x, 2), ops::affine(x, 3));
  CHECK(topological_order(simplify({.outputs = {apart}}).outputs).size() == 4);
  const Value sum =
      ops::add(ops::multiply(x, ops::constant(2.0f)), ops::multiply(x, ops::constant(3.0f)));
  CHECK(count_of(simplify({.outputs = {sum}}).outputs[0], "constant") == 2);
}

TEST_CASE("Simplifying leaves updates alone", "[plan]") {
  const auto state = as_parameter(Tensor::full<float>({2}, 0.0f));
  const Value one = ops::constant(Tensor::full<float>({2}, 1.0f));
  const Graph graph{.updates = {apply(ops::AccumulateUpdate{}, {ops::parameter(state), one}),
                                apply(ops::AccumulateUpdate{}, {ops::parameter(state), one})}};
  run_graph(simplify(graph).updates, {});
  CHECK(state->value == Tensor::full<float>({2}, 2.0f));
}

TEST_CASE("Gradients of what is used several times add up", "[plan]") {
  const auto w = as_parameter(random_floats({3, 3}, 1));
  const Value x = ops::constant(random_floats({2, 3}, 2));
  // Two source nodes of one parameter, and one value that is used twice.
  const Value h = ops::matmul(x, ops::parameter(w));
  const Value y = ops::matmul(ops::multiply(h, h), ops::parameter(w));
  const auto pairs = differentiate(ops::reduce_sum(y));
  REQUIRE(pairs.size() == 1);
  const Tensor got = run_graph(pairs[0].gradient.dense);
  for (std::size_t i = 0; i < 9; ++i) {
    float& element = w->value.data<float>()[i];
    const float kept = element;
    auto at = [&](float distance) {
      element = kept + distance;
      return static_cast<double>(run_graph(ops::reduce_sum(y)).data<float>()[0]);
    };
    const double slope = (at(0.01f) - at(-0.01f)) / 0.02;
    element = kept;
    CHECK(std::abs(static_cast<double>(got.data<float>()[i]) - slope) <= 2e-3);
  }
}

TEST_CASE("Only trainable parameters that the loss depends on have gradients", "[plan]") {
  const auto used = as_parameter(random_floats({2}, 1)), unused = as_parameter(used->value);
  const auto frozen = as_parameter(used->value), statistic = as_parameter(used->value);
  frozen->frozen = true;
  statistic->trainable = false;
  const Value a = ops::multiply(ops::parameter(used), ops::parameter(frozen));
  const Value loss = ops::reduce_sum(ops::add(a, ops::parameter(statistic)));
  const Value aside = ops::reduce_sum(ops::parameter(unused));
  (void)aside;
  const auto pairs = differentiate(loss);
  REQUIRE(pairs.size() == 1);
  CHECK(pairs[0].parameter.node().op.as<ops::ParameterSource>()->parameter == used);
  CHECK(close(run_graph(pairs[0].gradient.dense), frozen->value, 1e-6));
  CHECK(differentiate(ops::reduce_sum(ops::parameter(frozen))).empty());
}

TEST_CASE("Gradients of tables stay rows, also when two lookups share one", "[plan]") {
  const Bag bag;
  const Value again = ops::gather(ops::parameter(bag.table), bag.ids);
  const Value loss = ops::add(ops::reduce_sum(bag.rows), ops::reduce_sum(ops::affine(again, 2)));
  const auto pairs = differentiate(loss);
  REQUIRE(pairs.size() == 1);
  CHECK_FALSE(static_cast<bool>(pairs[0].gradient.dense));
  CHECK(pairs[0].gradient.rows.size() == 2);
  const Tensor got = run_graph(dense_gradient(pairs[0].gradient, {7, 3}), bag.given);
  CHECK(got.data<float>()[0] == 3 * 8);  // id 0 stands there eight times
  CHECK(got.data<float>()[3 * 6] == 3);
}

TEST_CASE("Rows of a table that ops have made lead on to what it is made of", "[plan]") {
  const Bag bag;
  const Value tripled = ops::affine(ops::parameter(bag.table), 3);
  const auto looked_up = differentiate(ops::reduce_sum(ops::gather(tripled, bag.ids)));
  REQUIRE(looked_up.size() == 1);
  const Tensor got = run_graph(dense_gradient(looked_up[0].gradient, {7, 3}), bag.given);
  CHECK(got.data<float>()[0] == 3 * 8);
  CHECK(got.data<float>()[3 * 6] == 3);

  // The same table read as a whole too.
  const Value both =
      ops::add(ops::reduce_sum(ops::gather(tripled, bag.ids)), ops::reduce_sum(tripled));
  const auto pairs = differentiate(both);
  REQUIRE(pairs.size() == 1);
  const Tensor sum = run_graph(dense_gradient(pairs[0].gradient, {7, 3}), bag.given);
  CHECK(sum.data<float>()[0] == 3 * 9);
  CHECK(sum.data<float>()[3 * 6] == 6);
}

TEST_CASE("A graph with unknown sizes or strings makes no plan", "[plan]") {
  const Value open = ops::unary(ops::UnaryKind::exp, ops::input("x", {DType::float32, {any, 2}}));
  open.node().path = "scores";
  CHECK(error_of([&] { verify({.outputs = {open}}); }).is(ErrorCode::shape_mismatch));
  const Value texts = ops::input("x", {DType::string, {3}});
  CHECK(error_of([&] {
          verify({.outputs = {texts}});
        }).is(ErrorCode::dtype_mismatch, "TextVectorization"));
  verify({.outputs = {ops::input("x", {DType::float32, {2}})}});
}

TEST_CASE("A graph is printed one line a node", "[plan]") {
  const Value x = ops::input("x", {DType::float32, {2, 3}});
  const Value y = ops::add(x, ops::affine(x, 2));
  y.node().path = "sum";
  CHECK(print({.outputs = {y}}) ==
        "%0 = input() float32 (2, 3)  \n"
        "%1 = affine(%0) float32 (2, 3)  \n"
        "%2 = binary(%0, %1) float32 (2, 3)  sum\n");
}

}  // namespace linnet::test
