// What is kept in the file of a model, and how its training goes on.
#include <filesystem>
#include <linnet/io/json.hpp>
#include <linnet/io/packed_strings.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/trained_model.hpp"
#include "model/state.hpp"

namespace ln = linnet;
using ln::ErrorCode;
using ln::Tensor;
using ln::test::error_of;
using ln::test::ids;
using ln::test::kTable;
using ln::test::same_weights;
using ln::test::TempFolder;
using ln::test::text_model;
using ln::test::train;

TEST_CASE("a loaded model predicts what the saved one did", "[io]") {
  const TempFolder folder;
  ln::Sequential model = text_model();
  train(model, 0, 5);
  model.set_labels({"a", "b", "c"});
  model.save(folder.path("m.linnet"));
  CHECK(folder.count() == 1);
  const ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  const Tensor x = ids(20, 5, kTable, 99);
  CHECK(loaded.predict(x) == model.predict(x));
  CHECK(loaded.labels() == model.labels());
  CHECK(loaded.iterations() == 5);
  CHECK(loaded.summary() == model.summary());
  CHECK(loaded.state()->config() == model.state()->config());
  loaded.save(folder.path("again.linnet"));
  const bool same_bytes = ln::test::file_text(folder.path("again.linnet")) ==
                          ln::test::file_text(folder.path("m.linnet"));
  CHECK(same_bytes);
}

TEST_CASE("training goes on from a file bit for bit", "[io]") {
  const TempFolder folder;
  std::vector<ln::Optimizer> optimizers{
      ln::Adam{.learning_rate = 0.01f},
      ln::AdamW{.learning_rate = 0.01f, .weight_decay = 0.02f},
      ln::SGD{.learning_rate = 0.1f, .momentum = 0.9f},
      ln::SGD{.learning_rate =
                  ln::schedules::ExponentialDecay{
                      .initial_learning_rate = 0.1f, .decay_steps = 3, .decay_rate = 0.5f}},
      ln::Adam{.gradient_accumulation_steps = 2},
      ln::Adamax{.weight_decay = 0.01f},
      ln::RMSprop{.momentum = 0.9, .centered = true}};
  for (const std::string& name : ln::test::class_names(ln::detail::Optimizers{})) {
    optimizers.push_back(ln::Optimizer::named(name));
  }
  for (const ln::Optimizer& optimizer : optimizers) {
    INFO(ln::to_json(optimizer.to_config()));
    ln::Sequential straight = text_model(optimizer);
    train(straight, 0, 12);
    ln::Sequential stopped = text_model(optimizer);
    train(stopped, 0, 5);
    stopped.save(folder.path("m.linnet"));
    ln::Model resumed = ln::Model::load(folder.path("m.linnet"));
    CHECK(same_weights(resumed, stopped));
    train(resumed, 5, 8);
    resumed.save(folder.path("m.linnet"));
    ln::Model twice = ln::Model::load(folder.path("m.linnet"));
    train(twice, 8, 12);
    CHECK(twice.iterations() == 12 / optimizer.settings().gradient_accumulation_steps.value_or(1));
    CHECK(same_weights(twice, straight));
  }
}

TEST_CASE("saving, predicting and evaluating change nothing of a training", "[io]") {
  const TempFolder folder;
  ln::Sequential plain = text_model();
  train(plain, 0, 10);
  ln::Sequential watched = text_model();
  for (int step = 0; step < 10; ++step) {
    train(watched, step, step + 1);
    watched.save(folder.path("m.linnet"));
    const Tensor x = ids(3, 5, kTable, 50);
    watched.predict(x);
    watched.evaluate(x, Tensor::of<std::int32_t>({3}, {0, 1, 2}));
  }
  CHECK(same_weights(plain, watched));
}

TEST_CASE("fit with a rate that was set and frozen layers goes on from a file", "[io]") {
  const TempFolder folder;
  const Tensor x = ids(40, 5, kTable, 1);
  const Tensor y = ids(40, 1, 3, 2).reshaped({40});
  const auto halve = ln::LambdaCallback{
      .on_epoch_begin = [](ln::TrainingRun& run, int) { run.learning_rate = 0.002f; }};
  ln::Sequential model = text_model();
  model.fit(x, y, {.callbacks = {halve}});
  model.layer("dense").trainable = false;
  model.fit(x, y);
  model.save(folder.path("m.linnet"));
  ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  CHECK_FALSE(loaded.layer("dense").trainable);
  model.fit(x, y);
  loaded.fit(x, y);
  CHECK(same_weights(model, loaded));
}

TEST_CASE("an untrained model is saved with rows that are made up", "[io]") {
  const TempFolder folder;
  ln::Sequential model = text_model();
  model.build({ln::any, 5});
  model.save(folder.path("m.linnet"));
  const auto file = ln::read_safetensors(folder.path("m.linnet"));
  REQUIRE(file.find("self_test/x0") != nullptr);
  CHECK(file.find("self_test/y0")->shape()[1] == 3);
  ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  CHECK(same_weights(model, loaded));
  train(model, 0, 3);
  train(loaded, 0, 3);
  CHECK(same_weights(model, loaded));
}

TEST_CASE("weights without elements are saved and loaded", "[io]") {
  const TempFolder folder;
  const Tensor none(ln::DType::float32, {1, 3, 0});
  for (const ln::Layer& layer :
       {ln::Layer(ln::Dense{.units = 2}), ln::Layer(ln::LSTM{.units = 2})}) {
    ln::Sequential model{layer};
    model.build({ln::any, 3, 0});
    model.save(folder.path("m"));
    const ln::Model loaded = ln::Model::load(folder.path("m"));
    CHECK(loaded.get_weights()[0].shape() == model.get_weights()[0].shape());
    CHECK(loaded.predict(none) == model.predict(none));
  }
}

TEST_CASE("a model that has seen rows without texts alone is saved and loaded", "[io]") {
  const TempFolder folder;
  const ln::Value x = ln::input({ln::any}, {.dtype = ln::DType::string});
  const ln::Model model(x, x | ln::Hashing{.num_bins = 4, .output_mode = "multi_hot"});
  const Tensor none(ln::DType::string, {2, 0});
  const Tensor y = model.predict(none);
  model.save(folder.path("m"));
  CHECK(ln::Model::load(folder.path("m")).predict(none) == y);
}

TEST_CASE("a loaded text model takes raw text, English and Chinese", "[io]") {
  const TempFolder folder;
  const std::vector<std::string> texts{"good film", "bad film", "好 电影", "坏电影，不好看"};
  ln::TextVectorization vectorize{.split = "words", .output_sequence_length = 8, .unicode = true};
  vectorize.adapt(texts);
  ln::Sequential model{
      vectorize, ln::Embedding{.input_dim = vectorize.vocabulary_size(), .output_dim = 4},
      ln::GlobalAveragePooling1D{}, ln::Dense{.units = 2, .activation = "softmax"}};
  model.compile(
      {.optimizer = ln::Adam{.learning_rate = 0.1f}, .loss = "sparse_categorical_crossentropy"});
  model.fit(texts, Tensor::of<std::int32_t>({4}, {1, 0, 1, 0}), {.epochs = 20});
  model.set_labels({"差", "good"});
  model.save(folder.path("m.linnet"));
  const auto file = ln::read_safetensors(folder.path("m.linnet"));
  REQUIRE(file.find("self_test/x0") != nullptr);
  CHECK(ln::unpack_strings(*file.find("self_test/x0")) == texts);
  const ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  for (const std::string& text : texts) {
    const ln::Prediction expected = model.predict(text);
    const ln::Prediction got = loaded.predict(text);
    CHECK(got.label == expected.label);
    CHECK(got.probabilities == expected.probabilities);
  }
  CHECK(loaded.predict("good").label == "good");
}

TEST_CASE("ragged rows are kept for the self-test", "[io]") {
  const TempFolder folder;
  ln::Sequential model = text_model();
  const ln::Ragged x{ids(1, 9, kTable, 3).reshaped({9}),
                     Tensor::of<std::int64_t>({4}, {0, 4, 4, 9})};
  model.train_on_batch(x, Tensor::of<std::int32_t>({3}, {0, 1, 2}));
  model.save(folder.path("m.linnet"));
  CHECK(ln::read_safetensors(folder.path("m.linnet")).find("self_test/x0/splits") != nullptr);
  CHECK(ln::Model::load(folder.path("m.linnet")).predict(x) == model.predict(x));
}

TEST_CASE("a file without the optimizer is smaller, predicts, and is compiled anew", "[io]") {
  const TempFolder folder;
  ln::Sequential model = text_model();
  train(model, 0, 4);
  model.save(folder.path("whole"));
  model.save(folder.path("small"), {.include_optimizer = false});
  const auto size = [&](const char* name) { return std::filesystem::file_size(folder.path(name)); };
  CHECK(2 * size("small") < size("whole"));
  ln::Model loaded = ln::Model::load(folder.path("small"));
  const Tensor x = ids(4, 5, kTable, 9);
  CHECK(loaded.predict(x) == model.predict(x));
  CHECK(error_of([&] { train(loaded, 4, 5); }).is(ErrorCode::bad_state, "compile"));
  loaded.compile({.loss = "sparse_categorical_crossentropy"});
  train(loaded, 4, 5);
  CHECK(loaded.iterations() == 1);
  const ln::Model bare = ln::Model::load(folder.path("whole"), {.compile = false});
  CHECK(bare.predict(x) == model.predict(x));
  CHECK(bare.iterations() == 0);
}
