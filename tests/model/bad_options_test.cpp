// Options and orders of calls that a model refuses.
#include "model/refusals.hpp"

namespace linnet::test {

namespace {

constexpr float kNoWeight = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("Options that make no sense are refused", "[model]") {
  Classifier c;
  CHECK(c.fit_error(c.x, c.y, {.batch_size = 0}).is(ErrorCode::invalid_argument, "batch_size"));
  CHECK(c.fit_error(c.x, c.y, {.batch_size = -3}).is(ErrorCode::invalid_argument, "-3"));
  CHECK(c.fit_error(c.x, c.y, {.epochs = -1}).is(ErrorCode::invalid_argument, "epochs"));
  CHECK(error_of([&] {
          c.model.evaluate(c.x, c.y, {.batch_size = 0});
        }).is(ErrorCode::invalid_argument, "batch_size"));
  CHECK(error_of([&] {
          c.model.predict(c.x, {.batch_size = 0});
        }).is(ErrorCode::invalid_argument, "batch_size"));
  CHECK(error_of([&] { c.model.configure({.threads = -1}); }).is(ErrorCode::invalid_argument));
}

TEST_CASE("Options of fit that make no sense are refused", "[model]") {
  Classifier c;
  const auto refused = [&](const FitOptions& options, const char* part) {
    return error_of([&] { c.model.fit(c.x, c.y, options); }).is(ErrorCode::invalid_argument, part);
  };
  CHECK(refused({.validation_freq = 0}, "validation_freq"));
  CHECK(refused({.steps_per_epoch = -1}, "steps_per_epoch"));
  CHECK(refused({.initial_epoch = -1}, "initial_epoch"));
  CHECK(refused({.validation_batch_size = -1}, "validation_batch_size"));
  CHECK(refused({.callbacks = {std::shared_ptr<Callback>()}}, "callback"));
  c.model.fit(c.x, c.y, {.batch_size = std::numeric_limits<Index>::max()});
}

TEST_CASE("Sample and class weights that do not fit are refused", "[model]") {
  Classifier c;
  const Tensor three = Tensor::full<float>({3}, 1.0f);
  CHECK(c.fit_error(c.x, c.y, {.sample_weight = three}).is(ErrorCode::shape_mismatch));
  CHECK(c.refused([&](Model& m) {
           m.train_on_batch(c.x, c.y, three);
         }).is(ErrorCode::shape_mismatch, "sample_weight"));
  CHECK(c.refused([&](Model& m) {
           m.evaluate(c.x, c.y, {.sample_weight = three});
         }).is(ErrorCode::shape_mismatch));
  CHECK(c.fit_error(c.x, c.y, {.class_weight = {{0, -1.0f}}}).is(ErrorCode::invalid_argument));
  CHECK(c.fit_error(c.x, c.y, {.class_weight = {{1, kNoWeight}}}).is(ErrorCode::invalid_argument));
  CHECK(c.fit_error(c.x, c.y, {.class_weight = {{0, 2.0f}}, .sample_weight = three})
            .is(ErrorCode::shape_mismatch));
}

TEST_CASE("A data set that never ends needs steps_per_epoch", "[model]") {
  Classifier c;
  const Dataset endless = Dataset::from(c.x, c.y).repeat();
  CHECK(c.refused([&](Model& m) {
           m.fit(endless);
         }).is(ErrorCode::invalid_argument, "steps_per_epoch"));
  CHECK(c.refused([&](Model& m) { m.evaluate(endless); }).is(ErrorCode::invalid_argument, "take"));
  CHECK(c.model.fit(endless, {.steps_per_epoch = 3}).epoch.size() == 1);
}

TEST_CASE("Training waits for compile", "[model]") {
  Sequential model{Dense{.units = 1}};
  const Tensor x(DType::float32, {2, 2}), y(DType::float32, {2, 1});
  CHECK(error_of([&] { model.fit(x, y); }).is(ErrorCode::bad_state, "compile"));
  CHECK(error_of([&] { model.evaluate(x, y); }).is(ErrorCode::bad_state, "compile"));
  CHECK(error_of([&] { model.train_on_batch(x, y); }).is(ErrorCode::bad_state, "compile"));
  CHECK(error_of([&] { model.compile({}); }).is(ErrorCode::invalid_argument, "loss"));
  CHECK(error_of([&] { model.get_weights(); }).is(ErrorCode::bad_state, "built"));
  CHECK(error_of([&] { model.layers(); }).is(ErrorCode::bad_state, "built"));
}

TEST_CASE("A compile that is refused leaves the model as it was", "[model]") {
  Classifier c;
  CHECK(c.refused([](Model& m) {
           m.compile({.loss = LossList{{"mse"}, {"mse"}}});
         }).is(ErrorCode::invalid_argument, "losses"));
  CHECK(c.refused([](Model& m) {
           m.compile({.loss = "mse", .loss_weights = {1.0f, 2.0f}});
         }).is(ErrorCode::invalid_argument, "loss_weights"));
  CHECK(c.refused([](Model& m) {
           m.compile({.optimizer = Adam{.clipnorm = 1.0f, .clipvalue = 1.0f}, .loss = "mse"});
         }).is(ErrorCode::invalid_argument, "clip"));
  CHECK(std::isfinite(c.model.train_on_batch(c.x, c.y)["loss"]));
}

TEST_CASE("A callback may compile the model that is being trained", "[model]") {
  Classifier c;
  const auto compile = [](TrainingRun& run, Index, const Logs&) {
    run.model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  };
  const FitOptions options{.callbacks = {LambdaCallback{.on_train_batch_end = compile}}};
  CHECK(error_of([&] { c.model.fit(c.x, c.y, options); }).is(ErrorCode::bad_state, "metrics"));
  c.model.fit(c.x, c.y, options);
  CHECK(c.model.iterations() == 0);
}

TEST_CASE("Validation is asked for in one way", "[model]") {
  Classifier c;
  CHECK(c.fit_error(c.x, c.y, {.validation_split = 0.5, .validation_data = {.x = c.x, .y = c.y}})
            .is(ErrorCode::invalid_argument, "validation_data or validation_split, not both"));
  CHECK(c.fit_error(c.x, c.y, {.validation_data = {.y = c.y}})
            .is(ErrorCode::invalid_argument, "validation_data has no x"));
}

TEST_CASE("A frequency of 0 batches is one that makes no sense", "[model]") {
  const auto refused = [](const Frequency& every) {
    return error_of(
        [&] { make_callback(BackupAndRestore{.backup_dir = "x", .save_freq = every}); });
  };
  CHECK(refused(0).is(ErrorCode::invalid_argument, "save_freq"));
  CHECK(refused(-2).is(ErrorCode::invalid_argument, "save_freq"));
  CHECK_FALSE(refused(3u).code);
  CHECK_FALSE(refused("batch").code);
}

TEST_CASE("A rate that a callback sets is looked at, and the callback named", "[model]") {
  for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), -1.0f}) {
    Classifier c;
    const LearningRateScheduler bad{
        [=](int epoch, float rate) { return epoch == 2 ? wrong : rate; }};
    CHECK(names_all(error_of([&] { c.model.fit(c.x, c.y, {.epochs = 5, .callbacks = {bad}}); }),
                    {"LearningRateScheduler: epoch 2", "0 or more"}));
    CHECK(c.model.iterations() == 3);
  }
}

TEST_CASE("Updates are counted, not the batches whose gradients they add up", "[model]") {
  Classifier c;
  c.model.compile({.optimizer = SGD{.gradient_accumulation_steps = 2},
                   .loss = "sparse_categorical_crossentropy"});
  c.model.train_on_batch(c.x, c.y);
  CHECK(c.model.iterations() == 0);
  c.model.fit(c.x, c.y, {.epochs = 4, .batch_size = 4});
  CHECK(c.model.iterations() == 2);
}

}  // namespace linnet::test
