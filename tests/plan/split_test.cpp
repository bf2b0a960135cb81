// A graph in two: what frozen parameters make of the data, and what learns.
#include <linnet/ops/convolution.hpp>
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/gather.hpp>
#include <linnet/ops/layer_normalize.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/random.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "catch.hpp"
#include "ops/check_op.hpp"
#include "plan/graph.hpp"

namespace linnet::test {

namespace {

Value weight(const Shape& shape, bool frozen) {
  auto parameter = std::make_shared<Parameter>();
  parameter->type = {DType::float32, shape};
  parameter->value = random_floats(shape, 3);
  parameter->frozen = frozen;
  return ops::parameter(parameter);
}

SourceKind kind_of(const Node& source) {
  if (const auto* p = source.op.as<ops::ParameterSource>()) {
    return p->parameter->frozen ? SourceKind::constant : SourceKind::changing;
  }
  const auto* input = source.op.as<ops::Input>();
  if (input == nullptr) return SourceKind::constant;
  if (input->name == "seed") return SourceKind::random;
  return input->name == "x" ? SourceKind::data : SourceKind::changing;
}

const Value& x() {
  static const Value value = ops::input("x", {DType::float32, {5, 4}});
  return value;
}
Value noisy(const Value& value) {
  return ops::dropout(value, ops::input("seed", {DType::int64, {2}}), 0.5f, 1);
}
Value frozen_layer(const Value& value) { return ops::matmul(value, weight({4, 4}, true)); }
Value learning_layer(const Value& value) { return ops::matmul(value, weight({4, 4}, false)); }
std::optional<SplitGraph> parts_of(const Value& output) {
  return split(Graph{.checks = {}, .prologue = {}, .outputs = {output}, .updates = {}}, kind_of);
}

}  // namespace

TEST_CASE("A graph parts where what learns begins", "[plan]") {
  const Value features = ops::unary(ops::UnaryKind::square, frozen_layer(ops::affine(x(), 2)));
  const auto parts = parts_of(learning_layer(features));
  REQUIRE(parts);
  CHECK(parts->before.outputs == Values{features});
  CHECK(parts->by_rows);
  CHECK(parts->multiply_adds == 5 * 4 * 4);
  const std::string after = print(parts->after);
  CHECK(after.find("unary") == std::string::npos);
  CHECK(parts->after.outputs[0].node().inputs[0].node().op.as<ops::Input>()->name ==
        SplitGraph::name(0));
}

TEST_CASE("Without frozen parameters on the data's way a graph stays whole", "[plan]") {
  CHECK_FALSE(parts_of(learning_layer(ops::affine(x(), 2))));
  CHECK_FALSE(parts_of(frozen_layer(learning_layer(x()))));
  CHECK_FALSE(parts_of(ops::add(learning_layer(x()), weight({4}, true))));
}

TEST_CASE("Dropout ends what can be kept, and belongs to it if it is inside", "[plan]") {
  const Value features = frozen_layer(x());
  const auto behind = parts_of(learning_layer(noisy(features)));
  REQUIRE(behind);
  CHECK(behind->before.outputs == Values{features});
  CHECK(behind->by_rows);
  const Value moving = frozen_layer(noisy(x()));
  const auto inside = parts_of(learning_layer(moving));
  REQUIRE(inside);
  CHECK(inside->before.outputs == Values{moving});
  CHECK_FALSE(inside->by_rows);
}

TEST_CASE("What is computed without parameters stays with its reader", "[plan]") {
  const Value shifted = ops::affine(x(), 1, 3);
  const Value features = frozen_layer(x());
  const auto parts =
      parts_of(learning_layer(ops::concatenate({features, learning_layer(shifted)}, 0)));
  REQUIRE(parts);
  const Values& outputs = parts->before.outputs;
  CHECK(outputs.size() == 2);
  CHECK(std::ranges::count(outputs, features) == 1);
  CHECK(std::ranges::count(outputs, x()) == 1);
}

TEST_CASE("Checks of the data go with what is in front", "[plan]") {
  const Value y = ops::input("y", {DType::float32, {5, 4}});
  Graph graph;
  graph.checks = {apply(ops::CheckFinite{.what = "input"}, {x()}),
                  apply(ops::CheckFinite{.what = "target"}, {y})};
  graph.outputs = {ops::subtract(learning_layer(frozen_layer(x())), y)};
  const auto parts = split(graph, kind_of);
  REQUIRE(parts);
  CHECK(parts->before.checks == Values{graph.checks[0]});
  REQUIRE(parts->after.checks.size() == 1);
  CHECK(parts->after.checks[0].node().inputs == Values{y});
}

TEST_CASE("Ops that mix the rows of a batch are known", "[plan]") {
  auto apart = [](const Value& value) {
    const auto parts = parts_of(learning_layer(ops::add(frozen_layer(x()), value)));
    REQUIRE(parts);
    return parts->by_rows;
  };
  const Value h = frozen_layer(x());
  CHECK(apart(linnet::apply(ops::Softmax{}, {h})));
  CHECK(apart(ops::reduce_mean(h, {1}, true)));
  CHECK(apart(ops::slice(h, 1, 0, 1)));
  const Value ones = ops::constant(Tensor::full({4}, 1.0f));
  CHECK(apart(apply_all(ops::LayerNormalize{}, {h, ones, ones})[0]));
  const Value cube = ops::reshape(h, {5, 2, 2});
  const auto whole = [](const Value& value) { return ops::reshape(value, {5, 4}); };
  CHECK(apart(whole(linnet::apply(ops::Einsum{"abc,acd->abd"}, {cube, cube}))));
  const Value mixed = linnet::apply(ops::Einsum{"abc,dbc->ad"}, {cube, cube});
  CHECK_FALSE(apart(ops::slice(mixed, 1, 0, 4)));
  CHECK_FALSE(apart(ops::reduce_mean(h, {0}, true)));
  CHECK_FALSE(apart(ops::reduce_mean(h)));
  CHECK_FALSE(apart(ops::slice(h, 0, 0, 1)));
  CHECK_FALSE(apart(ops::matmul(ops::matmul(h, h, false, true), h)));
  const Value turned = ops::transpose(ops::concatenate({h, ops::slice(h, 1, 0, 1)}, 1), {1, 0});
  CHECK_FALSE(apart(ops::transpose(ops::slice(turned, 1, 0, 4), {0, 1})));
}

}  // namespace linnet::test
