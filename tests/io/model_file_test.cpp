#include <filesystem>
#include <linnet/io/json.hpp>
#include <linnet/io/packed_strings.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/linnet.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "model/state.hpp"

namespace ln = linnet;
using ln::ErrorCode;
using ln::Index;
using ln::Tensor;
using ln::test::error_of;
using ln::test::TempFolder;

namespace {

/// A layer of the user's: y = x * factor + shift.
struct Scaled {
  static constexpr const char* kName = "Scaled";
  float factor = 1;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("factor", self.factor);
    field("name", self.name);
    field("trainable", self.trainable);
  }
  ln::Value emit(ln::Scope& scope, const ln::Call& call) const {
    const ln::Value shift = scope.parameter("shift", {call.input().shape()[-1]},
                                            [](Tensor& t, const ln::RandomStream& random) {
                                              for (float& x : t.data<float>()) {
                                                x = random.uniform(0);
                                              }
                                            });
    const ln::Value scaled = ln::ops::multiply(call.input(), ln::ops::constant(factor));
    return ln::ops::add(scaled, shift);
  }
};

/// A loss of the user's: factor (t - y)^4, averaged over the last axis.
struct Quartic {
  static constexpr const char* kName = "Quartic";
  float factor = 1;
  static void fields(auto& self, ln::FieldVisitor& field) { field("factor", self.factor); }
  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    const ln::Value d = ln::ops::subtract(y_true, y_pred), square = ln::ops::multiply(d, d);
    return ln::ops::affine(ln::ops::reduce_mean(ln::ops::multiply(square, square), {-1}), factor);
  }
};

/// A metric of the user's: y - t, averaged over the last axis.
struct Offset {
  static constexpr const char* kName = "Offset";
  std::string name = "offset";
  static void fields(auto& self, ln::FieldVisitor& field) { field("name", self.name); }
  ln::Value emit(const ln::Value& y_true, const ln::Value& y_pred) const {
    return ln::ops::reduce_mean(ln::ops::subtract(y_pred, y_true), {-1});
  }
};

/// A schedule of the user's: first / (step + 1).
struct Falling {
  static constexpr const char* kName = "Falling";
  float first = 1;
  static void fields(auto& self, ln::FieldVisitor& field) { field("first", self.first); }
  double at(Index step) const { return double{first} / static_cast<double>(step + 1); }
};

/// An optimizer of the user's: w -= lr (g + m) / 2, where m is the gradient before.
struct Halving {
  static constexpr const char* kName = "Halving";
  ln::LearningRate learning_rate = 0.1f;
  static void fields(auto& self, ln::FieldVisitor& field) {
    field("learning_rate", self.learning_rate);
  }
  void update(ln::UpdateScope& scope, const ln::Value& w, const ln::Gradient& gradient) const {
    const ln::Value g = scope.dense(gradient), before = scope.slot("before");
    const ln::Value half = ln::ops::affine(ln::ops::add(g, before), 0.5f);
    scope.assign(w, ln::ops::subtract(w, ln::ops::multiply(half, scope.learning_rate())));
    scope.assign(before, g);
  }
};

Tensor ids(Index rows, Index length, Index table, std::uint64_t key) {
  Tensor t(ln::DType::int32, {rows, length});
  const ln::RandomStream random(key);
  std::uint64_t n = 0;
  for (auto& id : t.data<std::int32_t>()) {
    id = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(table), n++));
  }
  return t;
}

Tensor floats(const ln::Shape& shape, std::uint64_t key) {
  Tensor t(ln::DType::float32, shape);
  const ln::RandomStream random(key);
  std::uint64_t n = 0;
  for (float& x : t.data<float>()) x = random.normal(n++);
  return t;
}

constexpr Index kTable = 500;
constexpr Index kBatch = 8;

ln::Sequential text_model(ln::Optimizer optimizer = ln::Adam{.learning_rate = 0.01f}) {
  ln::set_random_seed(7);
  ln::Sequential model{ln::Embedding{.input_dim = kTable, .output_dim = 6},
                       ln::GlobalAveragePooling1D{}, ln::Dropout{.rate = 0.3f},
                       ln::Dense{.units = 3, .activation = "softmax"}};
  model.compile({.optimizer = std::move(optimizer),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

void train(ln::Model& model, int first, int last) {
  for (int step = first; step < last; ++step) {
    const auto key = static_cast<std::uint64_t>(step);
    model.train_on_batch(ids(kBatch, 5, kTable, key), ids(kBatch, 1, 3, 1000 + key).reshaped({8}));
  }
}

bool same_weights(const ln::Model& a, const ln::Model& b) {
  return a.get_weights() == b.get_weights();
}

/// The file with one tensor or entry of the metadata changed, and a good checksum.
template <class F>
void edit(const std::string& path, F&& change) {
  ln::SafetensorsFile file = ln::read_safetensors(path, {.copy = true});
  change(file);
  ln::write_safetensors(path, file);
}

}  // namespace

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
  const ln::Optimizer optimizers[] = {
      ln::Adam{.learning_rate = 0.01f}, ln::AdamW{.learning_rate = 0.01f, .weight_decay = 0.02f},
      ln::SGD{.learning_rate = 0.1f, .momentum = 0.9f},
      ln::SGD{.learning_rate =
                  ln::schedules::ExponentialDecay{
                      .initial_learning_rate = 0.1f, .decay_steps = 3, .decay_rate = 0.5f}},
      ln::Adam{.gradient_accumulation_steps = 2}};
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
    CHECK(twice.iterations() == 12);
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

TEST_CASE("layers of one's own, shared layers, inner models, several inputs and outputs", "[io]") {
  const TempFolder folder;
  ln::register_layer<Scaled>();
  const ln::Shared encode{ln::Dense{.units = 4, .activation = "relu"}};
  const ln::Value a = ln::input({3}), b = ln::input({3});
  const ln::Sequential inner{Scaled{.factor = 0.5f}, ln::Dense{.units = 4}};
  const ln::Value both = ln::call(ln::Concatenate{}, {a | encode, b | encode});
  const ln::Value y0 = both | ln::Dense{.units = 4} | inner;
  const ln::Value y1 = y0 | ln::Activation{"tanh"} | inner | ln::Dense{.units = 1};
  ln::Model model(ln::Values{a, b}, ln::Values{y0, y1}, "both");
  const std::vector<Tensor> x{floats({6, 3}, 1), floats({6, 3}, 2)};
  model.compile({.optimizer = "sgd", .loss = "mse", .loss_weights = {1.0f, 0.5f}});
  model.train_on_batch(x, std::vector<Tensor>{floats({6, 4}, 3), floats({6, 1}, 4)});
  model.save(folder.path("m.linnet"));
  ln::Model loaded = ln::Model::load(folder.path("m.linnet"));
  CHECK(loaded.name() == "both");
  CHECK(loaded.predict_all(x) == model.predict_all(x));
  CHECK(loaded.count_params() == model.count_params());
  const std::vector<Tensor> y{floats({6, 4}, 3), floats({6, 1}, 4)};
  model.train_on_batch(x, y);
  loaded.train_on_batch(x, y);
  CHECK(same_weights(loaded, model));
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

TEST_CASE("ModelCheckpoint keeps the best epoch in a file that loads", "[io]") {
  const TempFolder folder;
  const Tensor x = ids(40, 5, kTable, 1);
  const Tensor y = ids(40, 1, 3, 2).reshaped({40});
  ln::Sequential model = text_model();
  const std::string path = folder.path("best.linnet");
  model.fit(x, y,
            {.epochs = 3,
             .callbacks = {ln::ModelCheckpoint{
                 .filepath = path, .monitor = "loss", .save_best_only = true}}});
  const ln::Model loaded = ln::Model::load(path);
  CHECK(loaded.predict(x).shape() == ln::Shape{40, 3});
  CHECK(loaded.iterations() > 0);
}

TEST_CASE("a model that is not built cannot be saved", "[io]") {
  const TempFolder folder;
  CHECK(error_of([&] {
          text_model().save(folder.path("m.linnet"));
        }).is(ErrorCode::bad_state, "not built"));
  CHECK(folder.count() == 0);
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

TEST_CASE("losses, metrics, optimizers and schedules of one's own are loaded once registered",
          "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("own.linnet");
  ln::Sequential model{ln::Dense{.units = 2}};
  const Tensor x = floats({6, 3}, 1), y = floats({6, 2}, 2);
  model.build({ln::any, 3});
  model.compile({.optimizer = Halving{.learning_rate = Falling{.first = 0.01f}},
                 .loss = Quartic{.factor = 3},
                 .metrics = {Offset{.name = "far"}}});
  model.train_on_batch(x, y);
  model.save(path);
  const auto missing = [&](const char* registration) {
    return error_of([&] { ln::Model::load(path); }).is(ErrorCode::not_found, registration);
  };
  CHECK(missing("register_optimizer<Halving>()"));
  ln::register_optimizer<Halving>();
  CHECK(missing("register_schedule<Falling>()"));
  ln::register_schedule<Falling>();
  CHECK(missing("register_loss<Quartic>()"));
  ln::register_loss<Quartic>();
  ln::register_loss<Quartic>();
  CHECK(missing("register_metric<Offset>()"));
  ln::register_metric<Offset>();
  ln::Model loaded = ln::Model::load(path);
  for (int step = 0; step < 3; ++step) {
    const ln::Logs logs = loaded.train_on_batch(x, y), wanted = model.train_on_batch(x, y);
    CHECK(logs["loss"] == wanted["loss"]);
    CHECK(logs["far"] == wanted["far"]);
  }
  CHECK(same_weights(loaded, model));
  CHECK(ln::Loss::named("Quartic").class_name() == "Quartic");
  CHECK(error_of([] { ln::Loss::named("Cubic"); }).is(ErrorCode::not_found, "'Cubic'"));
}

TEST_CASE("a layer in two inner models cannot be saved", "[io]") {
  const TempFolder folder;
  const ln::Shared shared{ln::Dense{.units = 2, .name = "both"}};
  const ln::Value x = ln::input({2}), u = ln::input({2}), v = ln::input({2});
  const ln::Model first(u, u | shared), second(v, v | shared);
  const ln::Model model(x, x | first | second);
  CHECK(error_of([&] { model.save(folder.path("m.linnet")); }).is(ErrorCode::unsupported, "both"));
}

TEST_CASE("damaged and foreign files are refused by name", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("m.linnet");
  ln::Sequential model = text_model();
  train(model, 0, 2);
  model.save(path);
  const std::string whole = ln::test::file_text(path);
  const auto refused = [&](ErrorCode code, const std::string& part) {
    const auto error = error_of([&] { ln::Model::load(path); });
    INFO(error.message);
    CHECK(error.is(code, part));
    CHECK(error.message.starts_with(path));
  };
  SECTION("truncated") {
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 13) {
      ln::test::put_text(path, whole.substr(0, size));
      refused(ErrorCode::corrupt_file, "");
    }
  }
  SECTION("altered") {
    for (std::size_t at = 9; at < whole.size(); at += whole.size() / 17) {
      std::string bad = whole;
      bad[at] = static_cast<char>(bad[at] ^ 4);
      ln::test::put_text(path, bad);
      refused(ErrorCode::corrupt_file, "");
    }
  }
  SECTION("another format") {
    ln::write_safetensors(path, {.tensors = {{"w", floats({2}, 1)}}});
    refused(ErrorCode::corrupt_file, path + " is not a linnet model: it has no linnet.format");
    ln::test::put_text(path, "label\ttext\n");
    refused(ErrorCode::corrupt_file,
            path + " is not a linnet model: it does not begin with a safetensors header");
    ln::test::put_text(path, "");
    refused(ErrorCode::corrupt_file, path + " is not a linnet model: it is empty");
    ln::test::put_text(path, whole.substr(0, 8) + "{\"w\":{}}");
    refused(ErrorCode::corrupt_file,
            path + " is not a linnet model: its header is not one that linnet writes");
    std::filesystem::remove(path);
    refused(ErrorCode::io, "");
  }
  SECTION("a newer format") {
    edit(path, [](ln::SafetensorsFile& file) {
      for (auto& [key, value] : file.metadata) {
        if (key == "linnet.format") value = "2";
      }
    });
    refused(ErrorCode::unsupported, "format '2'");
  }
  SECTION("tensors that are missing, left over, of another shape") {
    edit(path, [](auto& file) { file.tensors[0].name = "embedding/other"; });
    refused(ErrorCode::corrupt_file, "'embedding/embeddings' is missing");
    edit(path, [](auto& file) { file.tensors[0].name = "embedding/embeddings"; });
    ln::Model::load(path);
    edit(path, [](auto& file) { file.tensors.push_back({"more", floats({1}, 1)}); });
    refused(ErrorCode::corrupt_file, "'more'");
    edit(path, [](auto& file) {
      file.tensors.pop_back();
      file.tensors[0].tensor = floats({kTable, 5}, 1);
    });
    refused(ErrorCode::corrupt_file, "(500, 6)");
  }
  SECTION("weights of another model") {
    edit(path, [](auto& file) {
      for (auto& [name, tensor] : file.tensors) {
        if (name == "dense/kernel") tensor = floats({6, 3}, 1);
      }
    });
    refused(ErrorCode::corrupt_file, "self-test: output 0");
  }
}
