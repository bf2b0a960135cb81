// fit, evaluate and their options; callbacks; History.
#include <limits>

#include "model/small_models.hpp"

namespace linnet::test {

TEST_CASE("Fit learns, and evaluate agrees with the last validation", "[model]") {
  Sequential model = perceptron(Adam{.learning_rate = 0.02f});
  const NumberRows train(300), test(100, 2);
  const auto history =
      model.fit(train.x, train.y, {.epochs = 20, .validation_data = {.x = test.x, .y = test.y}});
  CHECK(history["accuracy"].back() > 0.9);
  CHECK(history.epoch.size() == 20);
  const Logs logs = model.evaluate(test.x, test.y, {.batch_size = 7});
  CHECK(logs["loss"] == Approx(history["val_loss"].back()).epsilon(1e-5));
  CHECK(logs["accuracy"] == Approx(history["val_accuracy"].back()));
  CHECK(model.iterations() == 20 * 10);
  CHECK_THROWS_AS(history["nothing"], Error);
}

TEST_CASE("validation_split keeps the last rows apart", "[model]") {
  const NumberRows data(50);
  Sequential split = perceptron(), given = perceptron();
  const FitOptions common{.epochs = 3, .batch_size = 8, .shuffle = false};
  FitOptions by_fraction = common, by_data = common;
  by_fraction.validation_split = 0.3;
  by_data.validation_data = {.x = data.x.rows(35, 50), .y = data.y.rows(35, 50)};
  const auto a = split.fit(data.x, data.y, by_fraction);
  const auto b = given.fit(data.x.rows(0, 35), data.y.rows(0, 35), by_data);
  CHECK(a["loss"] == b["loss"]);
  CHECK(a["val_loss"] == b["val_loss"]);
  check_same_weights(split, given);
}

TEST_CASE("validation_data takes arrays, Data and data sets alike", "[model]") {
  const NumberRows data(40), test(30, 2);
  Tensor weights = random_floats({30}, 5, 0, 2);
  const Dataset rows = Dataset::from(test.x, test.y);
  const auto val_loss = [&](const Data& validation) {
    Sequential model = perceptron();
    return model.fit(data.x, data.y, {.epochs = 2, .validation_data = validation})["val_loss"];
  };
  const auto plain = val_loss({test.x, test.y});
  CHECK(plain == val_loss({{test.x}, {test.y}}));
  CHECK(plain == val_loss({.x = test.x, .y = test.y}));
  CHECK(plain == val_loss(rows));
  CHECK(plain == val_loss(rows.batch(32)));
  const auto weighted = val_loss({test.x, test.y, weights});
  CHECK(weighted != plain);
  CHECK(weighted == val_loss(Dataset::from(test.x, test.y, weights)));
  Sequential model = perceptron();
  const auto history =
      model.fit(Dataset::from(data.x, data.y), {.validation_data = rows.map([](Batch&) {})});
  CHECK(history["val_loss"][0] == Approx(model.evaluate(rows)["loss"]).epsilon(1e-5));
}

TEST_CASE("A bad data set for validation is refused before training", "[model]") {
  const NumberRows data(40), test(30, 2);
  Sequential model = perceptron();
  const auto before = model.get_weights();
  const auto error_with = [&](const Data& validation) {
    return error_of([&] { model.fit(data.x, data.y, {.validation_data = validation}); });
  };
  const Dataset rows = Dataset::from(test.x, test.y);
  CHECK(error_with(rows.repeat()).is(ErrorCode::invalid_argument, "validation_data"));
  CHECK(error_with(rows.take(0)).is(ErrorCode::invalid_argument, "no rows"));
  CHECK(error_with(Dataset::from(test.x)).is(ErrorCode::invalid_argument, "validation_data"));
  CHECK(error_with({.x = test.x, .y = test.y, .dataset = rows})
            .is(ErrorCode::invalid_argument, "either"));
  Tensor labels = test.y.clone();
  labels.data<std::int32_t>()[29] = 7;  // in memory all rows are looked at
  CHECK(error_with(Dataset::from(test.x, labels).batch(4))
            .is(ErrorCode::out_of_range, "label 7 in row 1 is outside the 3 classes"));
  const Dataset narrow = Dataset::from(Tensor(DType::float32, {8, 5}), Tensor(DType::int32, {8}));
  CHECK(error_with(narrow.fetch([](Batch&) {})).is(ErrorCode::shape_mismatch, "(None, 6)"));
  CHECK(model.iterations() == 0);
  CHECK(same_bits(model.get_weights()[0], before[0]));
}

TEST_CASE("Class weights are sample weights, and do not count in validation", "[model]") {
  const NumberRows data(40);
  Sequential by_class = perceptron(), by_sample = perceptron();
  Tensor weights(DType::float32, {40});
  for (std::size_t i = 0; i < 40; ++i) {
    weights.data<float>()[i] = data.y.data<std::int32_t>()[i] == 1 ? 3.0f : 1.0f;
  }
  const auto a =
      by_class.fit(data.x, data.y, {.epochs = 2, .shuffle = false, .class_weight = {{1, 3.0f}}});
  const auto b =
      by_sample.fit(data.x, data.y, {.epochs = 2, .shuffle = false, .sample_weight = weights});
  CHECK(a["loss"] == b["loss"]);
  check_same_weights(by_class, by_sample);
  Sequential plain = perceptron(), weighted = perceptron();
  const Data validation{.x = data.x, .y = data.y};
  const auto c = plain.fit(data.x, data.y, {.epochs = 0, .validation_data = validation});
  CHECK(c.epoch.empty());
  const auto d =
      weighted.fit(data.x, data.y, {.validation_data = validation, .class_weight = {{1, 3.0f}}});
  CHECK(d["val_loss"][0] == Approx(weighted.evaluate(data.x, data.y)["loss"]).epsilon(1e-5));
}

TEST_CASE("Shuffling follows the seed", "[model]") {
  const NumberRows data(64);
  auto trained = [&](std::uint64_t seed, bool shuffle) {
    set_random_seed(seed);
    Sequential model{Dense{.units = 3, .activation = "softmax"}};
    model.build({any, 6});
    std::vector<Tensor> same;
    for (const Tensor& w : model.get_weights()) same.push_back(Tensor(w.dtype(), w.shape()));
    model.set_weights(same);
    model.compile({.loss = "sparse_categorical_crossentropy"});
    model.fit(data.x, data.y, {.epochs = 2, .batch_size = 8, .shuffle = shuffle});
    return model;
  };
  check_same_weights(trained(1, true), trained(1, true));
  CHECK_FALSE(same_bits(trained(1, true).get_weights()[0], trained(2, true).get_weights()[0]));
  check_same_weights(trained(1, false), trained(2, false));
}

TEST_CASE("Initial epoch, steps, frequencies are Keras's", "[model]") {
  const NumberRows data(40);
  Sequential model = perceptron();
  const auto history = model.fit(data.x, data.y,
                                 {.epochs = 5,
                                  .batch_size = 10,
                                  .validation_data = {.x = data.x, .y = data.y},
                                  .initial_epoch = 2,
                                  .steps_per_epoch = 3,
                                  .validation_freq = 2});
  CHECK(history.epoch == std::vector<int>{2, 3, 4});
  CHECK(model.iterations() == 9);
  CHECK(history.logs[0].find("val_loss") == nullptr);
  CHECK(history.logs[1].find("val_loss") != nullptr);
}

TEST_CASE("A data set trains as its arrays do", "[model]") {
  const NumberRows data(50);
  Sequential arrays = perceptron(), set = perceptron();
  const auto a = arrays.fit(data.x, data.y, {.epochs = 2, .batch_size = 16, .shuffle = false});
  const Dataset batches = Dataset::from(data.x, data.y).batch(16).prefetch(2);
  const auto b = set.fit(batches, {.epochs = 2});
  CHECK(a["loss"] == b["loss"]);
  check_same_weights(arrays, set);
  CHECK(set.evaluate(batches)["loss"] ==
        Approx(arrays.evaluate(data.x, data.y, {.batch_size = 16})["loss"]));
}

TEST_CASE("EarlyStopping stops after its patience and restores the best weights", "[model]") {
  const NumberRows data(60);
  Sequential model = perceptron(SGD{.learning_rate = 0.0f});
  const auto best = model.get_weights();
  const auto history = model.fit(data.x, data.y,
                                 {.epochs = 10,
                                  .callbacks = {EarlyStopping{.monitor = "loss", .patience = 2}},
                                  .shuffle = false});
  CHECK(history.epoch.size() == 3);
  // From the second epoch on the rate is far too large: the first one was the best.
  std::vector<Tensor> after_first;
  const LambdaCallback spoil{
      .on_epoch_begin = [&](TrainingRun& run,
                            int epoch) { run.learning_rate = epoch == 0 ? 0.01f : 500.0f; },
      .on_epoch_end =
          [&](TrainingRun& run, int epoch, const Logs&) {
            if (epoch == 0) after_first = run.model.get_weights();
          }};
  model.fit(data.x, data.y,
            {.epochs = 10,
             .validation_data = {.x = data.x, .y = data.y},
             .callbacks = {
                 spoil, EarlyStopping{
                            .monitor = "val_loss", .patience = 1, .restore_best_weights = true}}});
  const auto now = model.get_weights();
  for (std::size_t i = 0; i < now.size(); ++i) CHECK(same_bits(now[i], after_first[i]));
  CHECK_THROWS_AS(model.fit(data.x, data.y, {.callbacks = {EarlyStopping{.monitor = "val_loss"}}}),
                  Error);
}

TEST_CASE("Callbacks see every batch and epoch, and can stop", "[model]") {
  const NumberRows data(40);
  Sequential model = perceptron();
  std::string seen;
  const LambdaCallback watch{
      .on_epoch_begin = [&](TrainingRun&, int epoch) { seen += "e" + std::to_string(epoch); },
      .on_epoch_end = [&](TrainingRun&, int,
                          const Logs& logs) { seen += logs.find("loss") ? "." : "?"; },
      .on_train_batch_end =
          [&](TrainingRun& run, Index batch, const Logs&) {
            seen += "b" + std::to_string(batch);
            if (run.model.iterations() == 6) run.stop = true;
          },
      .on_train_begin = [&](TrainingRun& run) { seen += "<" + std::to_string(run.steps); },
      .on_train_end = [&](TrainingRun&) { seen += ">"; }};
  model.fit(data.x, data.y, {.epochs = 5, .batch_size = 10, .callbacks = {watch}});
  CHECK(seen == "<4e0b0b1b2b3.e1b0b1.>");
}

namespace {

/// Counts the batches of all its fits, and stops the first after three.
class StopOnce : public Callback {
 public:
  void on_batch_end(TrainingRun& run, Index, const Logs& logs) override {
    CHECK(logs.find("loss") != nullptr);
    if (++batches == 3) run.stop = true;
  }
  bool wants_batches() const override { return true; }
  std::string_view name() const override { return "StopOnce"; }
  CallbackState state() const override {
    return {.values = Config(batches),
            .tensors = {{"batches", Tensor::of<std::int64_t>({1}, {batches})}}};
  }
  void set_state(TrainingRun&, const CallbackState& state) override {
    batches = state.values.as_integer();
    CHECK(state.tensors.at("batches").data<std::int64_t>()[0] == batches);
  }
  Index batches = 0;
};

}  // namespace

TEST_CASE("A class derived from Callback trains, stops and goes on", "[model]") {
  const NumberRows data(40);
  Sequential straight = perceptron(), model = perceptron();
  straight.fit(data.x, data.y, {.epochs = 2, .batch_size = 10});
  const auto first = std::make_shared<StopOnce>(), second = std::make_shared<StopOnce>();
  const auto options = [](const std::shared_ptr<StopOnce>& callback) {
    return FitOptions{.epochs = 2, .batch_size = 10, .callbacks = {callback}, .resume = true};
  };
  model.fit(data.x, data.y, options(first));
  CHECK(first->batches == 3);
  CHECK(model.iterations() == 3);
  model.fit(data.x, data.y, options(second));
  CHECK(second->batches == 8);  // it was given those of the first
  check_same_weights(straight, model);
}

TEST_CASE("TerminateOnNaN stops at the first loss that is not finite", "[model]") {
  const NumberRows data(40);
  Sequential model{Dense{.units = 1}};
  model.build({any, 6});
  model.compile({.optimizer = SGD{.learning_rate = 1e30f}, .loss = "mse"});
  const Tensor y = random_floats({40, 1}, 4);
  const auto history =
      model.fit(data.x, y, {.epochs = 50, .batch_size = 10, .callbacks = {TerminateOnNaN{}}});
  CHECK(history.epoch.size() == 1);
  CHECK(model.iterations() < 10);
  CHECK(error_of([&] {
          model.fit(data.x, y, {.callbacks = {TerminateOnNaN{.raise_error = true}}});
        }).is(ErrorCode::not_finite, "batch 0"));
}

TEST_CASE("Progress is a bar on a terminal and one line an epoch elsewhere", "[model]") {
  const NumberRows data(40);
  std::string text;
  auto run = [&](bool terminal) {
    text.clear();
    Sequential model = perceptron();
    model.fit(data.x, data.y,
              {.epochs = 2,
               .batch_size = 10,
               .callbacks = {ProgbarLogger{.sink = [&](std::string_view part) { text += part; },
                                           .terminal = terminal}}});
  };
  run(false);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find("Epoch 1/2 - ") == 0);
  CHECK(text.find(" - loss: ") != std::string::npos);
  CHECK(text.find(" - accuracy: ") != std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  run(true);
  CHECK(text.find("Epoch 1/2\n") == 0);
  CHECK(text.find("4/4 \u2501\u2501") != std::string::npos);
  CHECK(text.find('\r') != std::string::npos);
}

TEST_CASE("A learning rate schedule and a callback's rate are used", "[model]") {
  const NumberRows data(10);
  Sequential model{Dense{.units = 1, .use_bias = false, .kernel_initializer = "zeros"}};
  model.build({any, 6});
  model.compile(
      {.optimizer = SGD{.learning_rate = schedules::PiecewiseConstantDecay{.boundaries = {1},
                                                                           .values = {0.5f, 0.0f}}},
       .loss = "mse"});
  const Tensor y = Tensor::full<float>({10, 1}, 1.0f);
  model.train_on_batch(data.x, y);
  model.train_on_batch(data.x, y);
  const auto moved = model.get_weights();
  CHECK_FALSE(same_bits(moved[0], Tensor(DType::float32, {6, 1})));
  model.train_on_batch(data.x, y);
  CHECK(same_bits(model.get_weights()[0], moved[0]));
}

}  // namespace linnet::test
