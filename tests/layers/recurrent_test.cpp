// Recurrent layers, their cells and wrappers against Keras's, and what they refuse.
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "layers/keras_config.hpp"
#include "layers/run_layer.hpp"
#include "model/state.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

void check_recurrent_case(const GoldenCase& each) {
  INFO(each.name);
  const LayerRun run(layer_from_config(each.facts.at("class_name").as_string(),
                                       without_keras_keys(each.facts.at("config"))),
                     each.numbered("input"), each.numbered("mask"));
  const auto parameters = run.parameters();
  const auto weights = each.numbered("weight");
  REQUIRE(parameters.size() == weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) parameters[i]->value = weights[i];
  const auto wanted = each.numbered("output");
  const Tensors outputs = run.outputs();
  REQUIRE(outputs.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO("output " << i);
    CHECK(close(outputs[i], wanted[i], 1e-5));
  }
  const Tensor* mask = each.find("output_mask/0");
  CHECK(run.mask().has_value() == (mask != nullptr));
  if (mask != nullptr && run.mask()) CHECK(*run.mask() == *mask);
  const auto cotangents = each.numbered("cotangent");
  const auto by_input = each.numbered("input_grad"), by_weight = each.numbered("weight_grad");
  for (std::size_t i = 0; i < by_input.size(); ++i) {
    INFO("gradient of input " << i);
    CHECK(close(run.input_gradient(i, cotangents), by_input[i], 1e-4));
  }
  for (std::size_t i = 0; i < by_weight.size(); ++i) {
    INFO("gradient of weight " << i);
    CHECK(close(run.gradient(*parameters[i], cotangents), by_weight[i], 1e-4));
  }
}

std::vector<std::string> parameter_names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& [path, value] : model.parameters()) names.push_back(path);
  return names;
}

}  // namespace

TEST_CASE("Recurrent layers compute what Keras's layers do", "[layers]") {
  const Golden golden("recurrent");
  CHECK(golden.cases().size() == 77);
  for (const GoldenCase& each : golden.cases()) check_recurrent_case(each);
}

TEST_CASE("Recurrent layers over space compute what Keras's layers do", "[layers]") {
  const Golden golden("conv_lstm");
  CHECK(golden.cases().size() == 5);
  for (const GoldenCase& each : golden.cases()) check_recurrent_case(each);
}

TEST_CASE("Dropout in recurrent layers is the same at every step", "[layers]") {
  // x is 1 everywhere, the kernel copies it, and h has no weight: y shows what dropout left.
  const LayerRun run(SimpleRNN{.units = 6,
                               .activation = "linear",
                               .use_bias = false,
                               .kernel_initializer = "identity",
                               .recurrent_initializer = "zeros",
                               .dropout = 0.5f,
                               .return_sequences = true},
                     {Tensor::full<float>({4, 3, 6}, 1.0f)}, {}, true);
  const Tensor y = run.output();
  Index kept = 0;
  for (Index row = 0; row < 4; ++row) {
    for (Index u = 0; u < 6; ++u) {
      const float first = y.data<float>()[static_cast<std::size_t>(row * 18 + u)];
      CHECK((first == 0 || first == 2));
      if (first != 0) ++kept;
      for (Index t = 1; t < 3; ++t) {
        CHECK(y.data<float>()[static_cast<std::size_t>(row * 18 + t * 6 + u)] == first);
      }
    }
  }
  CHECK((kept > 4 && kept < 20));
}

TEST_CASE("Each use of a wrapper has layers of its own, with Keras's names", "[layers]") {
  const Bidirectional both{.layer = LSTM{.units = 2, .return_sequences = true}};
  const Value x = input({4, 3});
  const Model model(
      x, x | both | both | TimeDistributed{.layer = Dense{.units = 2}} |
             RNN{.cell = StackedRNNCells{.cells = {GRUCell{.units = 2}, GRUCell{.units = 2}}}});
  CHECK(parameter_names(model) ==
        std::vector<std::string>{"bidirectional/forward_lstm/kernel",
                                 "bidirectional/forward_lstm/recurrent_kernel",
                                 "bidirectional/forward_lstm/bias",
                                 "bidirectional/backward_lstm/kernel",
                                 "bidirectional/backward_lstm/recurrent_kernel",
                                 "bidirectional/backward_lstm/bias",
                                 "bidirectional_1/forward_lstm/kernel",
                                 "bidirectional_1/forward_lstm/recurrent_kernel",
                                 "bidirectional_1/forward_lstm/bias",
                                 "bidirectional_1/backward_lstm/kernel",
                                 "bidirectional_1/backward_lstm/recurrent_kernel",
                                 "bidirectional_1/backward_lstm/bias",
                                 "time_distributed/dense/kernel",
                                 "time_distributed/dense/bias",
                                 "rnn/stacked_rnn_cells/gru_cell/kernel",
                                 "rnn/stacked_rnn_cells/gru_cell/recurrent_kernel",
                                 "rnn/stacked_rnn_cells/gru_cell/bias",
                                 "rnn/stacked_rnn_cells/gru_cell_1/kernel",
                                 "rnn/stacked_rnn_cells/gru_cell_1/recurrent_kernel",
                                 "rnn/stacked_rnn_cells/gru_cell_1/bias"});
}

TEST_CASE("An unrolled recurrent layer shows no zeros for masked steps, as in Keras", "[layers]") {
  const Tensor x = Tensor::full<float>({1, 3, 2}, 1),
               mask = Tensor::of({1, 3}, {true, true, false});
  const auto last = [&](bool unroll, bool zero) {
    const SimpleRNN layer{.units = 2, .unroll = unroll, .zero_output_for_mask = zero};
    return LayerRun(layer, {x}, {mask}).output();
  };
  CHECK(last(false, true) == Tensor(DType::float32, {1, 2}));
  CHECK(last(true, true) == last(true, false));
  CHECK_FALSE(last(true, true) == last(false, true));
}

TEST_CASE("TimeDistributed gives the layer in it the mask of each step", "[layers]") {
  const Tensor x = random_floats({2, 3, 4, 5}, 1);
  const Tensor mask = random_ints({2, 3, 4}, 2, 2, DType::boolean);
  const Layer words = LSTM{.units = 2};
  const LayerRun steps(TimeDistributed{.layer = words}, {x}, {mask});
  const LayerRun rows(words, {x.reshaped({6, 4, 5})}, {mask.reshaped({6, 4})});
  CHECK(steps.output() == rows.output().reshaped({2, 3, 2}));
  CHECK_FALSE(steps.output() == LayerRun(TimeDistributed{.layer = words}, {x}).output());
  // A step of which nothing is kept is masked itself.
  const Tensor kept = *steps.mask();
  REQUIRE(kept.shape() == Shape{2, 3});
  for (std::size_t i = 0; i < 6; ++i) {
    const auto of_step = mask.data<bool>().subspan(4 * i, 4);
    CHECK(kept.data<bool>()[i] == (std::ranges::count(of_step, true) > 0));
  }
}

TEST_CASE("A model inside TimeDistributed is frozen, counted and made again with it", "[layers]") {
  Sequential inner{Input{.shape = {3}}, Dense{.units = 2}};
  const Value x = input({any, 3});
  Model outer(x, x | TimeDistributed{.layer = inner} | SimpleRNN{.units = 1});
  CHECK(outer.count_params() == 8 + 4);
  inner.trainable = false;
  outer.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor data = random_floats({6, 4, 3}, 1), y = random_floats({6, 1}, 2);
  const Tensor before = inner.get_weights()[0];
  outer.train_on_batch(data, y);
  CHECK(same_bits(inner.get_weights()[0], before));
  inner.trainable = true;
  outer.train_on_batch(data, y);
  CHECK_FALSE(same_bits(inner.get_weights()[0], before));
  Model again(detail::model_from_config(outer.state()->config()));
  again.set_weights(outer.get_weights());
  CHECK(same_bits(again.predict(data), outer.predict(data)));
}

TEST_CASE("Recurrent layers say what they cannot do", "[layers]") {
  const Value x = input({4, 3});
  const auto refused = [&](const Layer& layer, ErrorCode code, const std::string& text) {
    INFO(text);
    CHECK(error_of([&] { call(layer, {x}); }).is(code, text));
  };
  refused(LSTM{.units = 2, .stateful = true, .name = "kept"}, ErrorCode::unsupported,
          "kept: LSTM: stateful = true is not supported");
  refused(GRU{}, ErrorCode::invalid_argument, "units must be positive");
  refused(SimpleRNN{.units = 1, .dropout = 1}, ErrorCode::invalid_argument, "dropout must be");
  refused(RNN{}, ErrorCode::invalid_argument, "needs a cell, got none");
  refused(RNN{.cell = Dense{.units = 2}}, ErrorCode::invalid_argument, "state_sizes(), got Dense");
  refused(TimeDistributed{}, ErrorCode::invalid_argument, "needs a layer, got none");
  refused(Bidirectional{}, ErrorCode::invalid_argument, "needs a layer, got none");
  CHECK(error_of([&] {
          call(LSTM{.units = 2}, {x, input({2})});
        }).is(ErrorCode::invalid_argument, "x and 2 states, got 2 inputs"));
  CHECK(error_of([&] {
          call(GRU{.units = 2}, {x, input({3})});
        }).is(ErrorCode::shape_mismatch, "expected state 0 of shape"));
  CHECK(error_of([&] {
          input({3}) | LSTM{.units = 2};
        }).is(ErrorCode::shape_mismatch, "expected (batch, time, features)"));
  CHECK(error_of([&] {
          x | Bidirectional{.layer = Dense{.units = 2}};
        }).is(ErrorCode::invalid_argument, "needs a recurrent layer"));
  CHECK(error_of([&] {
          x | Bidirectional{.layer = LSTM{.units = 2}, .backward_layer = LSTM{.units = 2}};
        }).is(ErrorCode::invalid_argument, "the same go_backwards"));
}

TEST_CASE("Layers inside one another are limited, and none is inside itself", "[layers]") {
  Layer deep = Dense{.units = 1};
  for (int i = 0; i < 60; ++i) deep = TimeDistributed{.layer = deep};
  Sequential model;
  CHECK(error_of([&] { model.add(deep); }).is(ErrorCode::unsupported, "inside one another"));
  Sequential self;
  CHECK(error_of([&] {
          self.add(TimeDistributed{.layer = self});
        }).is(ErrorCode::invalid_argument, "a layer of itself"));
}

}  // namespace linnet::test
