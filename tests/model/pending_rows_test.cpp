// Optimizers on tables by rows against the same on the whole table: the same training.
#include <linnet/io/json.hpp>

#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// A table of `vocabulary` rows, trained `steps` times on few rows at a time, of which most are
/// used rarely. With a huge clipvalue the gradient is made dense, and nothing is clipped.
template <class O>
Sequential trained(O optimizer, bool dense, Index vocabulary, int steps, bool mask_zero = false,
                   Index length = 4) {
  if (dense) optimizer.clipvalue = 1e30f;
  Sequential model = text_model(vocabulary, optimizer, mask_zero);
  model.configure({.threads = 1});
  Tensor x = random_ints({97, length}, 11, vocabulary);
  for (Index r = 0; r < 97; ++r) {  // the first rows of the table are used often
    auto& id = x.data<std::int32_t>()[static_cast<std::size_t>(r * length)];
    id %= 5;
  }
  const Tensor y = random_ints({97}, 12, 3);
  for (int step = 0; step < steps; ++step) {
    const Index at = static_cast<Index>(step * 7) % 93;
    model.train_on_batch(x.rows(at, at + 3), y.rows(at, at + 3));
  }
  return model;
}

}  // namespace

TEST_CASE("Adam by rows ends where dense Adam does", "[model]") {
  const Adam adam{.learning_rate = 0.001f};
  check_close_weights(trained(adam, false, 300, 200), trained(adam, true, 300, 200), 1e-6);
  check_close_weights(trained(adam, false, 300, 200, true), trained(adam, true, 300, 200, true),
                      1e-6);
}

TEST_CASE("Adam by rows decays as dense Adam does", "[model]") {
  const AdamW adamw{.learning_rate = 0.001f, .weight_decay = 0.02f};
  check_close_weights(trained(adamw, false, 300, 200), trained(adamw, true, 300, 200), 1e-6);
  const Adam adam{.learning_rate = 0.001f, .weight_decay = 0.05f};
  check_close_weights(trained(adam, false, 300, 200), trained(adam, true, 300, 200), 1e-6);
}

TEST_CASE("Adam by rows follows dense Adam where most rows are in each batch", "[model]") {
  const Adam adam{.learning_rate = 0.001f};
  check_close_weights(trained(adam, false, 12, 200, false, 20),
                      trained(adam, true, 12, 200, false, 20), 1e-6);
}

TEST_CASE("Adam by rows follows dense Adam over thousands of steps", "[model][large]") {
  const Adam adam{.learning_rate = 1e-4f};
  check_close_weights(trained(adam, false, 40, 9000), trained(adam, true, 40, 9000), 1e-4);
  const AdamW adamw{.learning_rate = 1e-4f, .weight_decay = 0.01f};
  check_close_weights(trained(adamw, false, 40, 9000), trained(adamw, true, 40, 9000), 1e-4);
}

TEST_CASE("A rate that changes is that of each step for rows too", "[model]") {
  const Adam adam{.learning_rate = schedules::ExponentialDecay{
                      .initial_learning_rate = 0.002f, .decay_steps = 20, .decay_rate = 0.5f}};
  check_close_weights(trained(adam, false, 300, 200), trained(adam, true, 300, 200), 1e-6);
}

namespace {

template <class O>
void check_rows(O optimizer, double tolerance = 2e-6) {
  INFO(to_json(Optimizer(optimizer).to_config()));
  check_close_weights(trained(optimizer, false, 300, 200), trained(optimizer, true, 300, 200),
                      tolerance);
  optimizer.weight_decay = 0.05f;
  check_close_weights(trained(optimizer, false, 300, 200), trained(optimizer, true, 300, 200),
                      tolerance);
  optimizer.learning_rate = schedules::ExponentialDecay{
      .initial_learning_rate = 0.002f, .decay_steps = 20, .decay_rate = 0.5f};
  check_close_weights(trained(optimizer, false, 300, 200), trained(optimizer, true, 300, 200),
                      tolerance);
}

}  // namespace

TEST_CASE("Every optimizer by rows ends where it does on the whole table", "[model]") {
  check_rows(SGD{.learning_rate = 0.1f});
  check_rows(SGD{.learning_rate = 0.01f, .momentum = 0.9f});
  check_rows(SGD{.learning_rate = 0.01f, .momentum = 0.9f, .nesterov = true});
  check_rows(Adam{.amsgrad = true});
  check_rows(Nadam{});
  check_rows(Adamax{});
  check_rows(RMSprop{});
  check_rows(RMSprop{.momentum = 0.8});
  check_rows(RMSprop{.epsilon = 1e-4, .centered = true});
  check_rows(RMSprop{.momentum = 0.8, .epsilon = 1e-4, .centered = true});
  check_rows(Adagrad{.learning_rate = 0.05f});
  check_rows(Adadelta{.learning_rate = 0.5f});
  check_rows(Ftrl{.learning_rate = 0.05f});
  check_rows(Ftrl{.learning_rate = 0.05f,
                  .learning_rate_power = -0.7,
                  .l1_regularization_strength = 1e-3,
                  .l2_regularization_strength = 0.01,
                  .beta = 0.1});
  check_rows(Lion{.learning_rate = 0.001f});
  check_rows(Muon{});
}

TEST_CASE("Betas by which no sum of steps converges are no reason to go astray", "[model]") {
  check_rows(Adam{.beta_1 = 0.99, .beta_2 = 0.9});
  check_rows(Adam{.beta_1 = 0.99, .beta_2 = 0.995});
  check_rows(Adamax{.beta_1 = 0.95, .beta_2 = 0.96});
}

TEST_CASE("Rows follow the whole table over thousands of steps", "[model][large]") {
  const auto check = [](const auto& optimizer) {
    check_close_weights(trained(optimizer, false, 40, 9000), trained(optimizer, true, 40, 9000),
                        1e-4);
  };
  check(Lion{.learning_rate = 1e-5f, .weight_decay = 0.01f});
  check(RMSprop{.learning_rate = 1e-4f, .momentum = 0.9});
  check(Ftrl{.learning_rate = 0.01f});
}

TEST_CASE("A table that begins to learn late is not shrunk for the time before", "[model]") {
  const auto late = [](auto optimizer, bool dense) {
    if (dense) optimizer.clipvalue = 1e30f;
    Sequential model = text_model(50, optimizer);
    const Tensor x = random_ints({4, 3}, 1, 50), y = random_ints({4}, 2, 3);
    model.layers()[0].trainable = false;
    for (int i = 0; i < 4200; ++i) model.train_on_batch(x, y);
    model.layers()[0].trainable = true;
    for (int i = 0; i < 3; ++i) model.train_on_batch(x, y);
    return model;
  };
  const AdamW adamw{.weight_decay = 0.1f};
  check_close_weights(late(adamw, false), late(adamw, true), 1e-6);
  check_close_weights(late(Nadam{}, false), late(Nadam{}, true), 1e-6);
}

TEST_CASE("Another optimizer takes over a table with waiting rows", "[model]") {
  const Adam adam{.learning_rate = 0.001f};
  Sequential rows = trained(adam, false, 100, 50), dense = trained(adam, true, 100, 50);
  const Tensor x = random_ints({10, 4}, 3, 100), y = random_ints({10}, 4, 3);
  for (Sequential* model : {&rows, &dense}) {
    model->compile(
        {.optimizer = SGD{.learning_rate = 0.1f}, .loss = "sparse_categorical_crossentropy"});
    for (int i = 0; i < 5; ++i) model->train_on_batch(x, y);
  }
  check_close_weights(rows, dense, 1e-6);
}

TEST_CASE("A model that shares a table reads its rows up to date", "[model]") {
  set_random_seed(5);
  Sequential base{Embedding{.input_dim = 50, .output_dim = 4}};
  base.build({any, any});
  Sequential outer{base, GlobalAveragePooling1D{}, Dense{.units = 3, .activation = "softmax"}};
  outer.build({any, any});
  outer.compile({.loss = "sparse_categorical_crossentropy"});
  const Tensor x = random_ints({30, 2}, 1, 50), y = random_ints({30}, 2, 3);
  for (Index i = 0; i < 10; ++i) {
    outer.train_on_batch(x.rows(3 * i, 3 * i + 3), y.rows(3 * i, 3 * i + 3));
    CHECK(same_bits(base.get_weights()[0], outer.get_weights()[0]));
  }
}

TEST_CASE("New weights replace rows that were waiting", "[model]") {
  Sequential model = trained(Adam{.learning_rate = 0.01f}, false, 100, 20);
  auto weights = model.get_weights();
  for (float& x : weights[0].data<float>()) x = 0.25f;
  model.set_weights(weights);
  CHECK(same_bits(model.get_weights()[0], weights[0]));
}

}  // namespace linnet::test
