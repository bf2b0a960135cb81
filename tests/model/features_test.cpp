// Frozen layers in front: an inference plan inside training, whose outputs are kept over epochs.
#include <mutex>

#include "core/heard.hpp"
#include "io/temp_folder.hpp"
#include "model/small_models.hpp"
#include "model/state.hpp"

namespace linnet::test {

namespace {

constexpr std::string_view kKept = "fit: the features of";

/// 6 numbers -> 8 features by frozen layers -> 3 classes. `noise` is a dropout before the base,
/// `dropout` one behind it.
Sequential transfer(float noise = 0, float dropout = 0, const Optimizer& optimizer = "adam") {
  set_random_seed(4);
  const Value x = input({6});
  Model base(x,
             x | Dense{.units = 64, .activation = "relu"} | BatchNormalization{} |
                 Dense{.units = 8, .activation = "tanh"},
             "base");
  base.trainable = false;
  Sequential model;
  if (noise > 0) model.add(Dropout{.rate = noise});
  model.add(base);
  if (dropout > 0) model.add(Dropout{.rate = dropout});
  model.add(Dense{.units = 3, .activation = "softmax"});
  model.build({any, 6});
  model.compile(
      {.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

void check_close_logs(const History& a, const History& b) {
  REQUIRE(a.logs.size() == b.logs.size());
  for (std::size_t i = 0; i < a.logs.size(); ++i) {
    REQUIRE(a.logs[i].size() == b.logs[i].size());
    for (const auto& [name, value] : a.logs[i])
      CHECK(b.logs[i][name] == Approx(value).margin(1e-5));
  }
}

/// Trains with kept features and without: the same but for rounding. `fit` trains a model, told
/// whether to keep.
template <class F>
void check_same(bool kept, float noise, float dropout, F fit) {
  Sequential with = transfer(noise, dropout), without = transfer(noise, dropout);
  History a, b;
  {
    const Heard log;
    a = fit(with, true);
    CHECK(log.has(kKept) == kept);
  }
  {
    const Heard log;
    b = fit(without, false);
    CHECK_FALSE(log.has(kKept));
  }
  check_close_logs(a, b);
  check_close_weights(with, without, 1e-5);
}

}  // namespace

TEST_CASE("Kept features train as the rows themselves do", "[model]") {
  const NumberRows data(100), test(40, 2);
  Tensor weights = random_floats({100}, 7);
  for (float& w : weights.data<float>()) w = std::abs(w);
  FitOptions options{.epochs = 4, .batch_size = 16};
  auto fit = [&](Sequential& model, bool keep) {
    options.cache_features = keep;
    return model.fit(data.x, data.y, options);
  };
  SECTION("shuffled") { check_same(true, 0, 0, fit); }
  SECTION("in order") {
    options.shuffle = false;
    check_same(true, 0, 0, fit);
  }
  SECTION("with dropout behind the frozen layers") { check_same(true, 0, 0.3f, fit); }
  SECTION("with weights of rows and classes") {
    options.sample_weight = weights;
    options.class_weight = {{1, 3.0f}};
    check_same(true, 0, 0, fit);
  }
  SECTION("with rows kept for validation") {
    options.validation_split = 0.25;
    check_same(true, 0, 0, fit);
  }
  SECTION("with validation data") {
    options.validation_data = {.x = test.x, .y = test.y};
    options.validation_freq = 2;
    check_same(true, 0, 0, fit);
  }
  SECTION("with a part of the rows in each epoch") {
    options.steps_per_epoch = 2;
    check_same(true, 0, 0, fit);
  }
  SECTION("from a temporary file") {
    options.cache_memory = 100;
    options.validation_data = {.x = test.x, .y = test.y};
    const Heard log;
    Sequential model = transfer();
    fit(model, true);
    CHECK(log.has("kept in a temporary file"));
    check_same(true, 0, 0, fit);
  }
  SECTION("not behind a random layer") { check_same(false, 0.3f, 0, fit); }
  SECTION("not for one epoch") {
    options.epochs = 1;
    check_same(false, 0, 0, fit);
  }
  SECTION("not if nothing is frozen") {
    const Heard log;
    Sequential model = transfer();
    Model(model).layer("base").trainable = true;
    fit(model, true);
    CHECK_FALSE(log.has(kKept));
  }
}

TEST_CASE("Kept features hold for data sets whose rows come again", "[model]") {
  const NumberRows data(100);
  const Dataset rows = Dataset::from(data.x, data.y);
  auto check = [](bool kept, const Dataset& dataset, FitOptions options) {
    check_same(kept, 0, 0, [&](Sequential& model, bool keep) {
      options.cache_features = keep;
      return model.fit(dataset, options);
    });
  };
  const FitOptions options{.epochs = 3};
  check(true, rows.shuffle(3).batch(16), options);
  check(true, rows.shuffle(3).batch(16, true).prefetch(2), options);
  check(true, rows.skip(10).take(60).batch(16).repeat(2), options);
  check(true, rows.shuffle(3).batch(16).take(3), options);
  check(true, rows.shuffle(3).repeat().batch(16), {.epochs = 3, .steps_per_epoch = 5});
  check(true, rows.batch(16), {.epochs = 3, .class_weight = {{0, 2.0f}}});
  // A function may do what it likes with the rows.
  check(false, rows.batch(16).map([](Batch&) {}), options);
  const auto open = [&](Index) -> Dataset::Generator {
    return [&, done = false](Batch& batch) mutable {
      batch = {.x = data.x, .y = data.y, .size = 100};
      return !std::exchange(done, true);
    };
  };
  check(false, Dataset::stream(open).batch(16), options);
}

TEST_CASE("What is fetched is fetched once for all epochs", "[model]") {
  const NumberRows data(100);
  std::vector<std::int32_t> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  Index fetched = 0;
  bool relabel = false;
  const Dataset dataset = Dataset::from(Tensor::of<std::int32_t>({100}, numbers), data.y)
                              .shuffle(5)
                              .batch(16)
                              .fetch([&](Batch& batch) {
                                const auto wanted = std::get<Tensor>(batch.x[0]).clone();
                                Tensor x(DType::float32, {batch.size, 6});
                                for (Index i = 0; i < batch.size; ++i) {
                                  const Index row =
                                      wanted.data<std::int32_t>()[static_cast<std::size_t>(i)];
                                  x.rows(i, i + 1).assign(data.x.rows(row, row + 1));
                                }
                                batch.x[0] = x;
                                if (relabel) batch.y[0] = Tensor(DType::int32, {batch.size});
                                fetched += batch.size;
                              });
  auto fit = [&](Sequential& model, bool keep) {
    fetched = 0;
    return model.fit(dataset, {.epochs = 5, .cache_features = keep});
  };
  check_same(true, 0, 0, [&](Sequential& model, bool keep) {
    const History history = fit(model, keep);
    CHECK(fetched == (keep ? 100 : 500) + 16);  // fit() looks at a batch first
    return history;
  });
  relabel = true;  // targets that are fetched too are not the arrays'
  check_same(false, 0, 0, fit);
}

TEST_CASE("Thawing a base during fit ends what was kept", "[model]") {
  const NumberRows data(96);
  enum class When { epoch_begin, batch_begin, batch_end };
  for (const When when : {When::epoch_begin, When::batch_begin, When::batch_end}) {
    check_same(true, 0, 0, [&](Sequential& model, bool keep) {
      Layer base = model.layer("base");
      LambdaCallback thaw;
      if (when == When::batch_begin) {
        thaw.on_train_batch_begin = [base](TrainingRun& run, Index batch) mutable {
          if (run.model.iterations() == 8 && batch == 2) base.trainable = true;
        };
      } else if (when == When::batch_end) {
        thaw.on_train_batch_end = [base](TrainingRun& run, Index batch, const Logs&) mutable {
          if (run.model.iterations() == 9 && batch == 2) base.trainable = true;
        };
      } else {
        thaw.on_epoch_begin = [base](TrainingRun&, int epoch) mutable {
          if (epoch == 2) base.trainable = true;
        };
      }
      return model.fit(
          data.x, data.y,
          {.epochs = 4, .batch_size = 16, .callbacks = {thaw}, .cache_features = keep});
    });
  }
}

TEST_CASE("Other weights in a frozen base make other features", "[model]") {
  const NumberRows data(96);
  check_same(true, 0, 0, [&](Sequential& model, bool keep) {
    LambdaCallback change{.on_epoch_begin = [](TrainingRun& run, int epoch) {
      if (epoch != 2) return;
      auto weights = run.model.get_weights();
      for (float& w : weights[0].data<float>()) w *= 2;
      run.model.set_weights(weights);
    }};
    return model.fit(data.x, data.y, {.epochs = 5, .callbacks = {change}, .cache_features = keep});
  });
}

TEST_CASE("A frozen base inside training is what it is in prediction", "[model]") {
  const NumberRows data(64);
  Sequential model = transfer();
  Model base(std::dynamic_pointer_cast<detail::ModelState>(model.layer("base").instance()));
  Sequential head{Dense{.units = 3, .activation = "softmax"}};
  head.build({any, 8});
  head.compile({.loss = "sparse_categorical_crossentropy"});
  const auto weights = model.get_weights();
  head.set_weights({weights[weights.size() - 2], weights.back()});
  const Tensor features = base.predict(data.x);
  for (int i = 0; i < 10; ++i) {
    const double loss = model.train_on_batch(data.x, data.y)["loss"];
    CHECK(head.train_on_batch(features, data.y)["loss"] == Approx(loss).epsilon(1e-5));
  }
  const auto trained = model.get_weights();
  CHECK(close(head.get_weights()[0], trained[trained.size() - 2], 1e-5));
}

TEST_CASE("A frozen base inside training is fused as in prediction", "[model]") {
  const Value x = input({6, 6, 3});
  Model base(x, x | Conv2D{.filters = 4, .kernel_size = 3} | BatchNormalization{} |
                    Activation{.activation = "relu"} | GlobalAveragePooling2D{});
  Sequential model{base, Dense{.units = 3, .activation = "softmax"}};
  model.build({any, 6, 6, 3});
  model.compile({.loss = "sparse_categorical_crossentropy"});
  for (const detail::Mode mode : {detail::Mode::train, detail::Mode::test}) {
    const detail::PlanKey key{.mode = mode,
                              .inputs = {{DType::float32, {8, 6, 6, 3}}, {DType::int32, {8}}},
                              .ragged = {false},
                              .weight = {}};
    base.trainable = true;
    CHECK(detail::make_plan(*model.state(), key)->frozen == nullptr);
    base.trainable = false;
    const auto frozen = detail::make_plan(*model.state(), key)->frozen;
    REQUIRE(frozen != nullptr);
    const std::string text = print(frozen->graph());
    INFO(text);
    CHECK(text.find("fused_convolution") != text.npos);
    for (const char* apart : {"scale_offset", "batch_normalize", "activate"}) {
      CHECK(text.find(apart) == text.npos);
    }
  }
}

TEST_CASE("Behind a random layer frozen layers train what rates of 0 train", "[model]") {
  const NumberRows data(64);
  Sequential frozen = transfer(0.3f, 0.2f, SGD{.learning_rate = 0.5f});
  Sequential still = transfer(0.3f, 0.2f, SGD{.learning_rate = 0.5f});
  still.layer("base").trainable = true;
  for (const auto& inner : still.layer("base").instance()->sublayers()) {
    if (inner->class_name() == "BatchNormalization") Layer(inner).trainable = false;
  }
  still.compile({.optimizer = SGD{.learning_rate = 0.5f},
                 .loss = "sparse_categorical_crossentropy",
                 .parameter_groups = {{.path = "base", .learning_rate_multiplier = 0.0f}}});
  for (int i = 0; i < 10; ++i) {
    frozen.train_on_batch(data.x, data.y);
    still.train_on_batch(data.x, data.y);
  }
  check_close_weights(frozen, still, 1e-5);
}

TEST_CASE("A fit that goes on keeps the features that it kept before", "[model]") {
  const TempFolder folder;
  const NumberRows data(60);
  const auto options = [&](std::vector<CallbackHandle> callbacks, bool resume) {
    return FitOptions{.epochs = 3,
                      .batch_size = 16,
                      .validation_split = 0.2,
                      .callbacks = std::move(callbacks),
                      .resume = resume};
  };
  const LambdaCallback save{.on_train_batch_end = [&](TrainingRun& run, Index, const Logs&) {
    run.model.save(folder.path(std::to_string(run.model.iterations())));
  }};
  Sequential straight = transfer(0, 0.3f);
  const auto history = straight.fit(data.x, data.y, options({save}, false));
  for (const char* step : {"2", "3", "5", "8"}) {
    INFO("from step " << step);
    Model loaded = Model::load(folder.path(step));
    const Heard log;
    CHECK(loaded.fit(data.x, data.y, options({}, true))["val_loss"] == history["val_loss"]);
    CHECK(log.has(kKept));
    check_same_weights(straight, loaded);
  }
}

}  // namespace linnet::test
