// The order in which Keras 3.15 lists layers, as model.layers says.
#include "model/keras_layers.hpp"

#include <linnet/linnet.hpp>

#include "catch.hpp"

namespace linnet::test {

namespace {

using Names = std::vector<std::string>;

/// The layers with weights, in Keras's order.
Names order_of(const Values& inputs, const Values& outputs, bool masks = true) {
  const Model model(inputs, outputs);
  Names names;
  for (const auto& layer :
       masks ? detail::keras_order(*model.state()) : detail::keras2_order(*model.state())) {
    const bool weights = !layer->parameters.empty() || !layer->sublayers().empty();
    if (weights) names.push_back(layer->name);
  }
  return names;
}

Embedding table(const char* name, bool masked) {
  return {.input_dim = 5, .output_dim = 3, .mask_zero = masked, .name = name};
}

Dense dense(const char* name) { return {.units = 3, .name = name}; }

}  // namespace

TEST_CASE("A Concatenate's mask needs its inputs, which puts tables with masks first", "[model]") {
  const Value x1 = input({4}), x2 = input({4});
  const Value a = x1 | table("a", true), b = x2 | table("b", false);
  const Value y = call(Concatenate{.name = "c"}, {b, a}) | LSTM{.units = 2, .name = "r"};
  CHECK(order_of({x2, x1}, {y}) == Names{"a", "b", "r"});
  CHECK(order_of({x2, x1}, {y}, false) == Names{"b", "a", "r"});

  const Value v1 = input({4, 3}), v2 = input({4, 3});
  const Value joined = call(Concatenate{}, {v1 | dense("a"), v2 | dense("b") | Masking{}});
  const Value z = joined | Bidirectional{.layer = GRU{.units = 2}, .name = "r"};
  CHECK(order_of({v1, v2}, {z}) == Names{"b", "a", "r"});
}

TEST_CASE("A Masking's mask is two steps from what takes it", "[model]") {
  const Value x1 = input({4, 3}), x2 = input({4, 3});
  const Value r =
      x2 | dense("b") | Activation{.activation = "relu"} | LSTM{.units = 2, .name = "r"};
  const Value s = x1 | dense("a") | Masking{} | LSTM{.units = 2, .name = "s"};
  CHECK(order_of({x1, x2}, {call(Concatenate{}, {r, s})}) == Names{"a", "b", "r", "s"});
  CHECK(order_of({x1, x2}, {call(Concatenate{}, {r, s})}, false) == Names{"b", "a", "r", "s"});

  const Value deep = x2 | Activation{.activation = "relu"} | dense("b") | GlobalMaxPooling1D{};
  const Value masked = x1 | dense("a") | Masking{} | GRU{.units = 3, .name = "r"};
  CHECK(order_of({x1, x2}, {call(Add{}, {deep, masked})}) == Names{"a", "b", "r"});
}

TEST_CASE("Masks of sums and of attention are made beside the values", "[model]") {
  const Value x1 = input({4}), x2 = input({4});
  const Value sum = call(Add{}, {x2 | table("b", true), x1 | table("a", true)});
  const Value rest = x1 | table("e", false) | dense("d") | GlobalMaxPooling1D{};
  const Value y = call(Concatenate{}, {sum | GlobalAveragePooling1D{}, rest});
  CHECK(order_of({x1, x2}, {y}) == Names{"b", "a", "e", "d"});
  const Value attended = call(MultiHeadAttention{.num_heads = 1, .key_dim = 2, .name = "mha"},
                              {x1 | table("q", true), x2 | table("v", true)});
  CHECK(order_of({x1, x2}, {attended | GlobalAveragePooling1D{}}) == Names{"q", "v", "mha"});
}

}  // namespace linnet::test
