#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "layers/keras_config.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// The network of the case "transformer", whose padding no position looks at.
Model transformer() {
  const Value ids = input({12}, {.dtype = DType::int32});
  const Value x = ids | Embedding{.input_dim = 50, .output_dim = 8, .mask_zero = true};
  const Value attended = call(MultiHeadAttention{.num_heads = 2, .key_dim = 4}, {x, x});
  const Value y = add(x, attended) | LayerNormalization{};
  const Value inner = y | Dense{.units = 16, .activation = "relu"} | Dense{.units = 8};
  const Value z = add(y, inner) | LayerNormalization{};
  return Model(ids, z | GlobalAveragePooling1D{} | Dense{.units = 4, .activation = "softmax"});
}

void check_training(const GoldenCase& each) {
  Model model = transformer();
  const auto paths = each.facts.at("weights").items();
  const auto parameters = model.parameters();
  REQUIRE(parameters.size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    CHECK(parameters[i].first == paths[i].as_string());
  }
  model.set_weights(each.numbered("initial"));
  model.compile(
      {.optimizer = Adam{.learning_rate = 0.01f}, .loss = "sparse_categorical_crossentropy"});
  const Tensor x = each.at("x/0"), y = each.at("y/0"), losses = each.at("loss/0");
  for (Index step = 0; step < x.shape()[0]; ++step) {
    const auto batch = [&](const Tensor& all) {
      return all.rows(step, step + 1).reshaped(all.shape().without(0));
    };
    const double loss = model.train_on_batch(batch(x), batch(y))["loss"];
    const double wanted = static_cast<double>(losses.data<float>()[static_cast<std::size_t>(step)]);
    INFO("step " << step << ": got " << loss << ", Keras " << wanted);
    CHECK(std::abs(loss - wanted) <= 1e-4 * (1 + std::abs(wanted)));
  }
  const auto wanted = each.numbered("final");
  const auto got = model.get_weights();
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO(paths[i].as_string());
    // A key's bias has a true gradient of 0: rounding noise moves it.
    if (paths[i].as_string().find("key/bias") == std::string::npos) {
      CHECK(close(got[i], wanted[i], 1e-3));
    }
  }
}

/// The weights that each case returns beside its output.
void check_scores(const GoldenCase& each) {
  const Layer layer = layer_from_config(each.facts.at("class_name").as_string(),
                                        without_keras_keys(each.facts.at("config")));
  const LayerRun made(layer, each.numbered("input"));
  for (const Config& name : each.facts.at("weights").items()) {
    made.parameter(name.as_string()).value = each.at("weights/" + name.as_string());
  }
  const Tensors masks = each.numbered("mask");
  Values inputs;
  for (const Tensor& x : each.numbered("input")) {
    const Value value = ops::constant(x);
    inputs.push_back(inputs.size() < masks.size()
                         ? value.with_mask(ops::constant(masks[inputs.size()]))
                         : value);
  }
  detail::Emission emission;
  const Values outputs = detail::expand_layer(layer.instance(), emission, "", true, inputs);
  REQUIRE(outputs.size() == 2);
  CHECK(close(run_graph(outputs[1], {}), each.at("scores/0"), 1e-5));
}

Caught refusal_of(const Layer& layer, const std::vector<Shape>& shapes) {
  Values inputs;
  for (const Shape& shape : shapes) inputs.push_back(ops::input("x", {DType::float32, shape}));
  return error_of([&] { call(layer, inputs); });
}

}  // namespace

TEST_CASE("A transformer's block follows Keras's loss curve for thirty steps", "[layers]") {
  const Golden golden("attention");
  int found = 0;
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    if (each.name == "transformer") check_training(each), ++found;
    if (each.find("scores/0") != nullptr) check_scores(each), ++found;
  }
  CHECK(found == 8);
}

TEST_CASE("One input is query, value and key; the value is the key where none is given") {
  const Layer layer = MultiHeadAttention{.num_heads = 2, .key_dim = 3};
  const Tensor x = random_floats({2, 4, 5}, 1);
  const Tensor three = LayerRun(layer, {x, x, x}).output();
  CHECK(same_bits(LayerRun(layer, {x}).output(), three));
  CHECK(same_bits(LayerRun(layer, {x, x}).output(), three));
}

TEST_CASE("A mask that is true everywhere changes nothing; one of numbers means not 0") {
  const Layer layer = MultiHeadAttention{.num_heads = 2, .key_dim = 3};
  const Tensor x = random_floats({2, 4, 5}, 1);
  Tensor all(DType::boolean, {4, 4}), first(DType::boolean, {4, 4}), number(DType::float32, {4, 4});
  for (std::size_t i = 0; i < 16; ++i) {
    all.data<bool>()[i] = true;
    first.data<bool>()[i] = i % 4 == 0;
    number.data<float>()[i] = i % 4 == 0 ? 2.0f : 0.0f;
  }
  CHECK(close(LayerRun(layer, {x, x, all}).output(), LayerRun(layer, {x}).output(), 1e-6));
  const Tensor one = LayerRun(layer, {x, x, first}).output();
  CHECK(same_bits(LayerRun(layer, {x, x, x, number}).output(), one));
  for (Index t = 1; t < 4; ++t) {  // all look at the first position alone
    CHECK(close(one.rows(0, 1).reshaped({4, 5}).rows(t, t + 1),
                one.rows(0, 1).reshaped({4, 5}).rows(0, 1), 1e-6));
  }
}

TEST_CASE("Attention says which field or shape is wrong", "[layers]") {
  const auto argument = ErrorCode::invalid_argument, shape = ErrorCode::shape_mismatch;
  const Shape x{any, 4, 5};
  CHECK(refusal_of(MultiHeadAttention{.key_dim = 3}, {x}).is(argument, "num_heads"));
  CHECK(refusal_of(MultiHeadAttention{.num_heads = 2}, {x}).is(argument, "key_dim"));
  const MultiHeadAttention good{.num_heads = 2, .key_dim = 3};
  CHECK(refusal_of(good, {{any, 5}}).is(shape, "(batch, time, features)"));
  CHECK(refusal_of(good, {x, x, {any, 3, 5}}).is(shape, "value and key differ"));
  CHECK(refusal_of(good, {x, x, x, x, x}).is(argument, "got 5 inputs"));
  CHECK(refusal_of(good, {{any, 4, any}}).is(shape, "kernel"));
  MultiHeadAttention far = good;
  far.attention_axes = {{2}};
  CHECK(refusal_of(far, {x}).is(ErrorCode::out_of_range, "attention_axes has 2"));
  MultiHeadAttention causal = good;
  causal.use_causal_mask = true;
  CHECK(refusal_of(causal, {{any, 4, 3, 5}}).is(ErrorCode::unsupported, "axis 1 alone"));
  CHECK(refusal_of(
            GroupQueryAttention{.head_dim = 2, .num_query_heads = 3, .num_key_value_heads = 2}, {x})
            .is(argument, "multiple of num_key_value_heads"));
  CHECK(refusal_of(Attention{}, {x, {any, 4, 3}}).is(shape, "differ on their last axis"));
  CHECK(refusal_of(CustomScaleLayer{}, {x}).is(argument, "two inputs"));
  CHECK(refusal_of(LayerScale{.projection_dim = 4}, {x}).is(shape, "4 channels"));
}

TEST_CASE("EinsumDense says what its equation lacks", "[layers]") {
  const auto refused = [](const char* equation, const Shape& sizes, const Shape& x,
                          std::optional<std::string> bias = {}) {
    return refusal_of(
        EinsumDense{.equation = equation, .output_shape = sizes, .bias_axes = std::move(bias)},
        {x});
  };
  const auto argument = ErrorCode::invalid_argument, shape = ErrorCode::shape_mismatch;
  CHECK(refused("ab->a", {}, {any, 5}).is(argument, "has no kernel"));
  CHECK(refused("ab,bc->ac", {3}, {any, 4, 5}).is(shape, "does not fit an input"));
  CHECK(refused("ab,bc->ac", {3, 4}, {any, 5}).is(shape, "output_shape of 1 sizes"));
  CHECK(refused("abc,cd->abd", {3, 2}, {any, 4, 5}).is(shape, "'b' is 4"));
  CHECK(refused("ab,bcx->ac", {3}, {any, 5}).is(argument, "'x' in its kernel alone"));
  CHECK(refused("ab,bc->ac", {3}, {any, 5}, "x").is(argument, "no bias axis 'x'"));
  CHECK(refused("ab,bc->ac", {any}, {any, 5}).is(shape, "kernel"));
}

TEST_CASE("A kernel of several axes begins as wide as its matrix would", "[layers]") {
  const LayerRun run(MultiHeadAttention{.num_heads = 8, .key_dim = 16},
                     {random_floats({1, 2, 128}, 1)});
  const Tensor& kernel = run.parameter("query/kernel").value;
  float most = 0;
  for (const float x : kernel.data<float>()) most = std::max(most, std::abs(x));
  const float limit = std::sqrt(6.0f / (128 + 128));  // Glorot's for 128 inputs, 8 * 16 outputs
  CHECK(most <= limit);
  CHECK(most > 0.99f * limit);
}

}  // namespace linnet::test
