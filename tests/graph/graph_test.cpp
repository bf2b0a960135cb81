// Values, nodes, layers and scopes: what the graph is made of.
#include <linnet/layers.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/mask.hpp>

#include "core/error_of.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// Keeps how often it ran as a state, and adds its weight's square to the loss.
struct Counting {
  static constexpr const char* kName = "Counting";
  Index width = 2;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, FieldVisitor& field) {
    field("width", self.width);
    field("name", self.name);
    field("trainable", self.trainable);
  }
  Value emit(Scope& scope, const Call& call) const {
    const Fill zeros = [](Tensor&, const RandomStream&) {};
    const Value count = scope.state("count", {}, zeros);
    const Value weight = scope.parameter("weight", {width}, zeros);
    scope.update(count, ops::affine(count, 1, 1));
    scope.add_loss(ops::reduce_sum(ops::multiply(weight, weight)));
    if (!scope.trainable()) return call.input();
    return ops::add(call.input(), weight);
  }
};

Values expanded(const Layer& layer, const Values& inputs, detail::Emission& emission,
                bool parent_trainable = true) {
  return detail::expand_layer(layer.instance(), emission, "outer", parent_trainable, inputs);
}

}  // namespace

TEST_CASE("A value is the same through its handles, whatever its mask", "[graph]") {
  const Value x = ops::input("x", {DType::float32, {2, 3}});
  const Value mask = ops::input("m", {DType::boolean, {2, 3}});
  const Value masked = x.with_mask(mask);
  CHECK(masked == x);
  CHECK(masked.mask() == mask);
  CHECK_FALSE(static_cast<bool>(x.mask()));
  CHECK_FALSE(static_cast<bool>(masked.with_mask({}).mask()));
  CHECK_FALSE(static_cast<bool>(Value()));
  CHECK_FALSE(x == ops::input("x", {DType::float32, {2, 3}}));
}

TEST_CASE("Nodes come after their inputs, in the order of the roots", "[graph]") {
  const Value x = ops::input("x", {DType::float32, {2}});
  const Value a = ops::affine(x, 2), b = ops::affine(x, 3), c = ops::add(b, a);
  const Values roots{a, c};
  const auto order = topological_order(roots);
  REQUIRE(order.size() == 4);
  CHECK(order[0] == x.node_handle());
  CHECK(order[1] == a.node_handle());
  CHECK(order[3] == c.node_handle());
  Value deep = x;  // no recursion that a long chain would exhaust
  for (int i = 0; i < 10000; ++i) deep = ops::affine(deep, 1);
  CHECK(topological_order(std::span(&deep, 1)).size() == 10001);
}

TEST_CASE("A chain of any length ends without recursion", "[graph][large]") {
  Value deep = ops::input("x", {DType::float32, {2}});
  Value masked = deep;
  for (int i = 0; i < 200000; ++i) {
    deep = ops::affine(deep, 1);
    masked = ops::affine(masked, 1).with_mask(masked);
  }
  const std::weak_ptr<const Node> middle = deep.node().inputs[0].node_handle();
  deep = masked = Value();
  CHECK(middle.expired());
}

TEST_CASE("A layer makes its parameters once and finds them again", "[graph]") {
  const Layer layer = Counting{.name = "counting"};
  detail::Emission first, second;
  const Value x = ops::input("x", {DType::float32, {3, 2}});
  expanded(layer, {x}, first);
  const auto parameters = layer.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0]->path == "outer/counting/count");
  CHECK_FALSE(parameters[0]->trainable);
  CHECK(parameters[1]->trainable);
  expanded(layer, {x}, second);
  CHECK(layer.parameters() == parameters);
}

TEST_CASE("Updates are for training plans only, losses for all", "[graph]") {
  const Value x = ops::input("x", {DType::float32, {3, 2}});
  const Layer layer = Counting{};
  detail::Emission predicting, training{.training = true};
  expanded(layer, {x}, predicting);
  expanded(layer, {x}, training);
  CHECK(predicting.updates.empty());
  CHECK(training.updates.size() == 1);
  CHECK(predicting.losses.size() == 1);
}

TEST_CASE("A layer sees whether it or a model around it is frozen", "[graph]") {
  const Value x = ops::input("x", {DType::float32, {3, 2}});
  Layer layer = Counting{};
  detail::Emission emission;
  CHECK_FALSE(expanded(layer, {x}, emission)[0] == x);
  CHECK(expanded(layer, {x}, emission, false)[0] == x);
  layer.trainable = false;
  CHECK(expanded(layer, {x}, emission)[0] == x);
  const Layer same = layer;
  CHECK_FALSE(static_cast<bool>(same.trainable));
}

TEST_CASE("A layer that was built for one shape refuses another", "[graph]") {
  const Shared dense = Dense{.units = 2, .name = "d"};
  ops::input("x", {DType::float32, {any, 3}}) | dense;
  CHECK(error_of([&] {
          ops::input("y", {DType::float32, {any, 4}}) | dense;
        })
            .is(ErrorCode::shape_mismatch,
                "d: Dense: was built for 3 features on the last axis, got 4"));
}

TEST_CASE("Nodes know the layer that made them", "[graph]") {
  detail::Emission emission;
  const Value x = ops::input("x", {DType::float32, {3, 2}});
  const Value y = expanded(Dense{.units = 2, .activation = "relu", .name = "d"}, {x}, emission)[0];
  CHECK(y.node().path == "outer/d");
  CHECK(y.node().inputs[0].node().path == "outer/d");
  CHECK(x.node().path.empty());
}

TEST_CASE("A layer tells what it is and what it holds", "[graph]") {
  const Layer layer = Dense{.units = 7};
  REQUIRE(layer.as<Dense>() != nullptr);
  CHECK(layer.as<Dense>()->units == 7);
  CHECK(layer.as<Flatten>() == nullptr);
  CHECK(layer.class_name() == "Dense");
  CHECK(error_of([] {
          layer_from_config("Danse", Config::object());
        }).is(ErrorCode::not_found, "GlobalAveragePooling1D"));
}

}  // namespace linnet::test
