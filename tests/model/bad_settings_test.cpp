// Settings that make no sense: each is refused where it is given, and nothing changes.
#include <limits>

#include "model/small_models.hpp"

namespace linnet::test {

namespace {

constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

/// The error of making a thing, as "code: message" would be too long: it must name the field.
template <class F>
void check_refused(const char* field, F&& make) {
  INFO(field);
  CHECK(error_of(make).is(ErrorCode::invalid_argument, field));
}

}  // namespace

TEST_CASE("Optimizers refuse numbers that make no sense", "[model]") {
  for (const float rate : {kNotANumber, kInf, -kInf, -0.1f}) {
    check_refused("learning_rate", [&] { Adam{.learning_rate = rate}; });
    check_refused("learning_rate", [&] { SGD{.learning_rate = double{rate}}; });
  }
  for (const double beta : {-0.1, 1.0, 1.5, double{kNotANumber}}) {
    check_refused("beta_1", [&] { Optimizer(Adam{.beta_1 = beta}); });
    check_refused("beta_2", [&] { Optimizer(AdamW{.beta_2 = beta}); });
  }
  for (const double epsilon : {0.0, -1e-7, double{kNotANumber}, double{kInf}}) {
    check_refused("epsilon", [&] { Optimizer(Adam{.epsilon = epsilon}); });
  }
  for (const float momentum : {-0.1f, 1.1f, kNotANumber}) {
    check_refused("momentum", [&] { Optimizer(SGD{.momentum = momentum}); });
    check_refused("ema_momentum", [&] { Optimizer(SGD{.ema_momentum = momentum}); });
  }
  for (const float decay : {-0.1f, kNotANumber, kInf}) {
    check_refused("weight_decay", [&] { Optimizer(AdamW{.weight_decay = decay}); });
  }
  for (const float norm : {0.0f, -1.0f, kNotANumber, kInf}) {
    check_refused("clipnorm", [&] { Optimizer(SGD{.clipnorm = norm}); });
    check_refused("global_clipnorm", [&] { Optimizer(SGD{.global_clipnorm = norm}); });
    check_refused("clipvalue", [&] { Optimizer(SGD{.clipvalue = norm}); });
    check_refused("loss_scale_factor", [&] { Optimizer(SGD{.loss_scale_factor = norm}); });
  }
  check_refused("rho", [] { Optimizer(RMSprop{.rho = 1}); });
  check_refused("momentum", [] { Optimizer(RMSprop{.momentum = 1.5}); });
  check_refused("epsilon", [] { Optimizer(Adadelta{.epsilon = 0}); });
  check_refused("initial_accumulator_value",
                [] { Optimizer(Adagrad{.initial_accumulator_value = -1}); });
  check_refused("learning_rate_power", [] { Optimizer(Ftrl{.learning_rate_power = 0.5}); });
  check_refused("l1_regularization_strength",
                [] { Optimizer(Ftrl{.l1_regularization_strength = -1}); });
  check_refused("beta_1 must be in (0, 1]", [] { Optimizer(Lion{.beta_1 = 0}); });
  check_refused("beta_2", [] { Optimizer(Lamb{.beta_2 = 1}); });
  check_refused("clip_threshold", [] { Optimizer(Adafactor{.clip_threshold = 0}); });
  check_refused("ns_steps", [] { Optimizer(Muon{.ns_steps = -1}); });
  check_refused("beta_1 must be in (0, 1]", [] { Optimizer(ScheduleFreeAdamW{.beta_1 = 0}); });
  check_refused("warmup_steps", [] { Optimizer(ScheduleFreeAdamW{.warmup_steps = -1}); });
  check_refused("exclude_layers may hold words",
                [] { Optimizer(Muon{.exclude_layers = {"dense.*"}}); });
  check_refused("only one of", [&] { Optimizer(Adam{.clipnorm = 1.0f, .clipvalue = 1.0f}); });
  for (const Index steps : {Index{0}, Index{-1}}) {
    check_refused("gradient_accumulation_steps",
                  [&] { Optimizer(Adam{.gradient_accumulation_steps = steps}); });
    check_refused("ema_overwrite_frequency",
                  [&] { Optimizer(Adam{.ema_overwrite_frequency = steps}); });
  }
  CHECK_NOTHROW(Optimizer(SGD{.learning_rate = 0, .momentum = 1, .weight_decay = 0.0f}));
}

TEST_CASE("Schedules refuse numbers that make no sense", "[model]") {
  using namespace schedules;
  const auto refused = [](const char* field, auto schedule) {
    check_refused(field, [&] { LearningRate rate(schedule); });
  };
  for (const Index steps : {Index{0}, Index{-5}}) {
    refused("decay_steps", CosineDecay{.decay_steps = steps});
    refused("first_decay_steps", CosineDecayRestarts{.first_decay_steps = steps});
    refused("decay_steps", ExponentialDecay{.decay_steps = steps});
    refused("decay_steps", InverseTimeDecay{.decay_steps = steps});
    refused("decay_steps", PolynomialDecay{.decay_steps = steps});
  }
  for (const float bad : {kNotANumber, kInf, -1.0f}) {
    refused("initial_learning_rate", CosineDecay{.initial_learning_rate = bad});
    refused("alpha", CosineDecay{.alpha = bad});
    refused("warmup_target", CosineDecay{.warmup_target = bad});
    refused("initial_learning_rate", CosineDecayRestarts{.initial_learning_rate = bad});
    refused("t_mul", CosineDecayRestarts{.t_mul = bad});
    refused("m_mul", CosineDecayRestarts{.m_mul = bad});
    refused("alpha", CosineDecayRestarts{.alpha = bad});
    refused("initial_learning_rate", ExponentialDecay{.initial_learning_rate = bad});
    refused("decay_rate", ExponentialDecay{.decay_rate = bad});
    refused("initial_learning_rate", InverseTimeDecay{.initial_learning_rate = bad});
    refused("decay_rate", InverseTimeDecay{.decay_rate = bad});
    refused("initial_learning_rate", PolynomialDecay{.initial_learning_rate = bad});
    refused("end_learning_rate", PolynomialDecay{.end_learning_rate = bad});
    refused("power", PolynomialDecay{.power = bad});
    refused("values", PiecewiseConstantDecay{.boundaries = {1}, .values = {1, bad}});
  }
  refused("warmup_steps", CosineDecay{.warmup_steps = -1});
  refused("alpha", CosineDecay{.alpha = 1.5f});
  refused("t_mul", CosineDecayRestarts{.t_mul = 0});
  refused("boundaries must rise", PiecewiseConstantDecay{{5, 2}, {1, 1, 1}});
  refused("boundaries must rise", PiecewiseConstantDecay{{2, 2}, {1, 1, 1}});
  refused("boundaries", PiecewiseConstantDecay{{-1}, {1, 1}});
  refused("one value more", PiecewiseConstantDecay{{1}, {1}});
  refused("one value more", PiecewiseConstantDecay{});
  CHECK_NOTHROW(LearningRate(PiecewiseConstantDecay{{}, {0.5f}}));
}

namespace {

struct WildSchedule {
  static constexpr const char* kName = "WildSchedule";
  double rate = 0.1;
  static void fields(auto& self, FieldVisitor& field) { field("rate", self.rate); }
  double at(Index step) const { return step == 0 ? 0.1 : rate; }
};

}  // namespace

TEST_CASE("A learning rate that turns bad in training stops it before a weight changes",
          "[model]") {
  const NumberRows data(8);
  for (const float bad : {kNotANumber, kInf, -1.0f}) {
    Sequential model = perceptron();
    const auto before = model.get_weights();
    LambdaCallback callback{
        .on_epoch_begin = [&](TrainingRun& run, int) { run.learning_rate = bad; }};
    check_refused("learning_rate", [&] { model.fit(data.x, data.y, {.callbacks = {callback}}); });
    CHECK(same_bits(model.get_weights()[0], before[0]));
    CHECK_NOTHROW(model.train_on_batch(data.x, data.y));

    Sequential wild = perceptron(SGD{.learning_rate = WildSchedule{bad}});
    wild.train_on_batch(data.x, data.y);
    const auto trained = wild.get_weights();
    check_refused("learning_rate", [&] { wild.train_on_batch(data.x, data.y); });
    CHECK(same_bits(wild.get_weights()[0], trained[0]));
    CHECK(wild.iterations() == 1);
  }
}

TEST_CASE("Losses and metrics refuse numbers that make no sense", "[model]") {
  for (const float bad : {-0.1f, 1.1f, kNotANumber}) {
    check_refused("label_smoothing",
                  [&] { Loss(losses::CategoricalCrossentropy{.label_smoothing = bad}); });
    check_refused("label_smoothing",
                  [&] { Loss(losses::BinaryCrossentropy{.label_smoothing = bad}); });
    check_refused("label_smoothing",
                  [&] { Metric(metrics::CategoricalCrossentropy{.label_smoothing = bad}); });
    check_refused("label_smoothing",
                  [&] { Metric(metrics::BinaryCrossentropy{.label_smoothing = bad}); });
  }
  check_refused("threshold", [] { Metric(metrics::BinaryAccuracy{.threshold = kNotANumber}); });
  check_refused("k must be", [] { Metric(metrics::TopKCategoricalAccuracy{.k = 0}); });
  check_refused("k must be", [] { Metric(metrics::SparseTopKCategoricalAccuracy{.k = -1}); });
  const Value y = ops::input("y", {DType::float32, {any, 3}});
  CHECK(error_of([&] {
          Metric(metrics::CategoricalCrossentropy{.axis = 0}).emit(y, y);
        }).is(ErrorCode::unsupported, "axis"));
}

TEST_CASE("Initializers, regularizers and constraints refuse numbers that make no sense",
          "[model]") {
  using namespace initializers;
  using namespace regularizers;
  using namespace constraints;
  for (const float bad : {kNotANumber, kInf}) {
    check_refused("minval", [&] { Initializer(RandomUniform{.minval = -bad}); });
    check_refused("maxval", [&] { Initializer(RandomUniform{.maxval = bad}); });
    check_refused("mean", [&] { Initializer(RandomNormal{.mean = bad}); });
    check_refused("stddev", [&] { Initializer(TruncatedNormal{.stddev = bad}); });
    check_refused("value", [&] { Initializer(initializers::Constant{bad}); });
    check_refused("gain", [&] { Initializer(initializers::Identity{bad}); });
    check_refused("gain", [&] { Initializer(Orthogonal{.gain = bad}); });
    check_refused("scale", [&] { Initializer(VarianceScaling{.scale = bad}); });
  }
  check_refused("maxval must be at least minval, 1",
                [] { Initializer(RandomUniform{.minval = 1, .maxval = 0}); });
  check_refused("stddev", [] { Initializer(RandomNormal{.stddev = -1}); });
  check_refused("scale", [] { Initializer(VarianceScaling{.scale = 0}); });
  for (const float bad : {kNotANumber, kInf, -1.0f}) {
    check_refused("l1", [&] { Regularizer(L1{bad}); });
    check_refused("l2", [&] { Regularizer(L2{bad}); });
    check_refused("l1", [&] { Regularizer(L1L2{.l1 = bad}); });
    check_refused("l2", [&] { Regularizer(L1L2{.l2 = bad}); });
    check_refused("factor", [&] { Regularizer(OrthogonalRegularizer{.factor = bad}); });
    check_refused("max_value", [&] { Constraint(MaxNorm{.max_value = bad}); });
    check_refused("min_value", [&] { Constraint(MinMaxNorm{.min_value = bad}); });
    check_refused("rate", [&] { Constraint(MinMaxNorm{.rate = bad}); });
  }
  check_refused("max_value must be at least",
                [] { Constraint(MinMaxNorm{.min_value = 2, .max_value = 1}); });
  CHECK(error_of([] {
          input({4}) | Dense{.units = 2, .kernel_constraint = MaxNorm{.axis = 5}};
        }).code.has_value());
}

TEST_CASE("Fields that a file or a config gives are refused too", "[model]") {
  Config fields = Config::object(), config = Config::object();
  fields["beta_1"] = Config(2.0);
  config["class_name"] = Config("Adam");
  config["config"] = fields;
  check_refused("beta_1", [&] { Optimizer::from_config(config); });
  check_refused("learning_rate", [] { LearningRate::from_config(Config(-1.0)); });
}

TEST_CASE("Layers refuse numbers that make no sense when they are called or built", "[model]") {
  for (const float rate : {-0.1f, 1.1f, kNotANumber}) {
    check_refused("rate", [&] { input({4}) | Dropout{.rate = rate}; });
  }
  CHECK(error_of([] {
          input({4}) | Dropout{.rate = 0.5f, .noise_shape = Shape{1, 3}};
        }).is(ErrorCode::shape_mismatch, "noise_shape"));
  CHECK(error_of([] {
          Sequential{Dropout{.rate = 0.5f, .noise_shape = Shape{1, 1, 4}}}.build({any, 4});
        }).is(ErrorCode::shape_mismatch, "noise_shape"));
  CHECK_NOTHROW(input({4}) | Dropout{.rate = 0.5f, .noise_shape = Shape{any, 1}});
  for (const Index size : {Index{0}, Index{-2}}) {
    const Value ids = input({4}, {.dtype = DType::int32});
    check_refused("input_dim", [&] { ids | Embedding{.input_dim = size, .output_dim = 2}; });
    check_refused("output_dim", [&] { ids | Embedding{.input_dim = 2, .output_dim = size}; });
    check_refused("input_dim", [&] { ids | EmbeddingBag{.input_dim = size, .output_dim = 2}; });
    check_refused("units", [&] { input({4}) | Dense{.units = size}; });
  }
}

TEST_CASE("An Input's shape holds for build, fit and predict", "[model]") {
  Sequential model{Input{.shape = {4}}, Flatten{}};
  CHECK(error_of([&] { model.build({any, 5}); }).is(ErrorCode::shape_mismatch, "Input"));
  const Tensor five(DType::float32, {2, 5});
  CHECK(error_of([&] { model.predict(five); }).is(ErrorCode::shape_mismatch, "(2, 5)"));
  model.build({any, 4});
  CHECK(error_of([&] { model.predict(five); }).is(ErrorCode::shape_mismatch, "(2, 5)"));
  CHECK(model.predict(Tensor(DType::float32, {2, 4})).shape() == Shape{2, 4});
  const Value x = input({3});
  const Model functional(x, x | Flatten{});
  CHECK(error_of([&] { functional.predict(five); }).is(ErrorCode::shape_mismatch, "(2, 5)"));
}

TEST_CASE("compile refuses what makes no sense before it changes the model", "[model]") {
  const NumberRows data(8);
  Sequential model = perceptron();
  model.fit(data.x, data.y);
  const Index done = model.iterations();
  for (const float bad : {kNotANumber, kInf, -1.0f}) {
    check_refused("loss_weights", [&] {
      model.compile({.loss = "sparse_categorical_crossentropy", .loss_weights = {bad}});
    });
  }
  check_refused("loss_weights", [&] {
    model.compile({.loss = "sparse_categorical_crossentropy", .loss_weights = {1, 1}});
  });
  check_refused("reduction",
                [&] { model.compile({.loss = losses::MeanSquaredError{.reduction = "none"}}); });
  check_refused("no output has a loss",
                [&] { model.compile({.loss = std::vector<Loss>{Loss()}}); });
  check_refused("optimizer", [&] { model.compile({.optimizer = Optimizer(), .loss = "mse"}); });
  CHECK(model.iterations() == done);
  Sequential unbuilt{Dense{.units = 3}};
  check_refused("loss_weights", [&] { unbuilt.compile({.loss = "mse", .loss_weights = {1, 2}}); });
  check_refused("losses", [&] { unbuilt.compile({.loss = {Loss("mse"), Loss("mse")}}); });
}

TEST_CASE("Callbacks refuse settings that make no sense", "[model]") {
  check_refused("patience", [] { make_callback(EarlyStopping{.patience = -1}); });
  check_refused("min_delta",
                [] { make_callback(EarlyStopping{.min_delta = double{kNotANumber}}); });
  check_refused("baseline", [] { make_callback(EarlyStopping{.baseline = double{kNotANumber}}); });
  check_refused("start_from_epoch", [] { make_callback(EarlyStopping{.start_from_epoch = -1}); });
  check_refused("mode", [] { make_callback(EarlyStopping{.mode = static_cast<MonitorMode>(9)}); });
  check_refused("mode", [] {
    make_callback(ModelCheckpoint{.filepath = "a", .mode = static_cast<MonitorMode>(9)});
  });
  check_refused("initial_value_threshold", [] {
    make_callback(ModelCheckpoint{.filepath = "a", .initial_value_threshold = double{kInf}});
  });
  check_refused("filepath", [] { make_callback(ModelCheckpoint{}); });
  check_refused("filepath", [] { make_callback(ModelCheckpoint{.filepath = "{loss:%n}"}); });
}

TEST_CASE("A number that the logs will not have is refused before training", "[model]") {
  const NumberRows data(8);
  Sequential model = perceptron();
  const auto refused = [&](const CallbackHandle& callback, const FitOptions& more = {}) {
    FitOptions options = more;
    options.callbacks = {callback};
    return error_of([&] { model.fit(data.x, data.y, options); });
  };
  CHECK(refused(EarlyStopping{.monitor = "val_loss"}).is(ErrorCode::not_found, "val_loss"));
  CHECK(refused(EarlyStopping{.monitor = "typo"}).is(ErrorCode::not_found, "loss, accuracy"));
  CHECK(refused(ModelCheckpoint{.filepath = "x", .monitor = "typo", .save_best_only = true})
            .is(ErrorCode::not_found, "typo"));
  CHECK(refused(ModelCheckpoint{.filepath = "{typo}"}).is(ErrorCode::not_found, "typo"));
  CHECK(model.iterations() == 0);
  // Epochs without validation do not have it; they are passed over.
  model.fit(data.x, data.y,
            {.epochs = 4,
             .validation_split = 0.5,
             .callbacks = {EarlyStopping{.monitor = "val_loss", .patience = 9}},
             .validation_freq = 2});
  CHECK(model.iterations() == 4);
}

TEST_CASE("fit refuses weights and options that make no sense", "[model]") {
  const NumberRows data(4);
  Sequential model = perceptron();
  const auto refused = [&](const FitOptions& options) {
    return error_of([&] { model.fit(data.x, data.y, options); });
  };
  const auto invalid = ErrorCode::invalid_argument;
  CHECK(refused({.batch_size = 0}).is(invalid, "batch_size must be positive, got 0"));
  CHECK(refused({.epochs = -1}).is(invalid, "epochs must be 0 or more, got -1"));
  for (const double split : {1.0, -0.5, double{kNotANumber}}) {
    CHECK(refused({.validation_split = split}).is(invalid, "validation_split must be in [0, 1)"));
  }
  for (const float weight : {kNotANumber, -1.0f, kInf}) {
    CHECK(refused({.class_weight = {{0, weight}}}).is(invalid, "class_weight of class 0"));
  }
  CHECK(refused({.class_weight = {{3, 1.0f}}}).is(ErrorCode::out_of_range, "below 3, got 3"));
  CHECK(refused({.class_weight = {{-1, 1.0f}}}).is(ErrorCode::out_of_range, "got -1"));
  const Tensor negative = Tensor::of<float>({4}, {1, 1, -2, 1});
  CHECK(refused({.sample_weight = negative}).is(invalid, "sample_weight: row 2"));
  CHECK(error_of([&] {
          model.train_on_batch(data.x, data.y, negative);
        }).is(invalid, "sample_weight: row 2"));
  CHECK(error_of([&] {
          model.train_on_batch(data.x, data.y, Tensor::full({4, 2}, 1.0f));
        }).is(ErrorCode::shape_mismatch, "sample_weight"));
  CHECK(error_of([&] {
          model.train_on_batch(Tensor(DType::float32, {0, 6}), Tensor(DType::int32, {0}));
        }).is(invalid, "without rows"));
  const Dataset rows = Dataset::from({data.x}, {data.y});
  CHECK(error_of([&] {
          model.fit(rows, {.validation_split = 0.5});
        }).is(ErrorCode::unsupported, "validation_split"));
  CHECK(error_of([&] {
          model.fit(rows, {.sample_weight = Tensor::full({4}, 1.0f)});
        }).is(ErrorCode::unsupported, "sample_weight"));
  CHECK(model.iterations() == 0);
}

TEST_CASE("Class weights count for a data set as they do for tensors", "[model]") {
  const NumberRows data(8);
  Sequential a = perceptron(), b = perceptron();
  const std::map<Index, float> weights{{0, 3.0f}, {2, 0.5f}};
  a.fit(data.x, data.y, {.shuffle = false, .class_weight = weights});
  b.fit(Dataset::from({data.x}, {data.y}), {.class_weight = weights});
  check_same_weights(a, b);
}

TEST_CASE("Text rules and the text classifier refuse numbers that make no sense", "[model]") {
  check_refused("idf_weights", [] {
    Vectorizer(
        TextRules{.output_mode = "tf_idf", .vocabulary = {"a"}, .idf_weights = {kNotANumber}});
  });
  const std::vector<std::string> texts{"a", "b"}, labels{"x", "y"};
  const auto refused = [&](const char* field, const applications::TextClassifierOptions& options) {
    check_refused(field, [&] { applications::train_text_classifier(texts, labels, options); });
  };
  refused("epochs", {.epochs = 0});
  refused("batch_size", {.batch_size = -1});
  refused("output_dim", {.output_dim = 0});
  refused("learning_rate", {.learning_rate = kNotANumber});
  refused("threads", {.threads = -1});
  refused("language", {.language = "de"});
}

TEST_CASE("Labels, paths and texts that make no sense are refused", "[model]") {
  Sequential model = perceptron();
  check_refused("named 'a'", [&] { model.set_labels({"a", "b", "a"}); });
  CHECK(model.labels().empty());
  check_refused("path is empty", [&] { model.save(""); });
  check_refused("NUL byte", [&] { model.save(std::string("a\0b", 3)); });
  check_refused("path is empty", [] { Model::load(""); });
  check_refused("null pointer", [&] { model.predict({"a", nullptr}); });
  const char* none = nullptr;
  check_refused("null pointer", [&] { model.predict(none); });
}

}  // namespace linnet::test
