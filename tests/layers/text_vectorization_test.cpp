#include <cmath>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace ln = linnet;
using ln::ErrorCode;
using ln::test::error_of;

namespace {

const std::vector<std::string> kTexts{"The cat sat.", "the dog ran", "a cat ran; the end"};

ln::Sequential classifier(ln::Index ids) {
  return ln::Sequential{ln::Embedding{.input_dim = ids, .output_dim = 4, .mask_zero = true},
                        ln::GlobalAveragePooling1D{},
                        ln::Dense{.units = 2, .activation = "softmax"}};
}

std::vector<std::int32_t> values(const ln::Tensor& ids) {
  const auto data = ids.data<std::int32_t>();
  return {data.begin(), data.end()};
}

}  // namespace

TEST_CASE("TextVectorization learns a vocabulary and gives padded ids", "[layers]") {
  ln::TextVectorization vectorize{.max_tokens = 6, .output_sequence_length = 4};
  vectorize.adapt(kTexts);
  CHECK(vectorize.vocabulary_size() == 6);
  CHECK(vectorize.get_vocabulary() ==
        std::vector<std::string>{"", "[UNK]", "the", "ran", "cat", "sat"});
  const ln::Tensor ids = vectorize({"THE cat", "end of the cat, I ran"});
  CHECK(ids.shape() == ln::Shape{2, 4});
  CHECK(values(ids) == std::vector<std::int32_t>{2, 4, 0, 0, 1, 1, 2, 4});
  const ln::Tensor column = ln::Tensor::strings({"cat", "sat"}).reshaped({2, 1});
  CHECK(vectorize(column).shape() == ln::Shape{2, 4});
}

TEST_CASE("TextVectorization without a length pads to the longest row of the batch", "[layers]") {
  ln::TextVectorization vectorize{.vocabulary = {"cat", "dog"}};
  CHECK(values(vectorize({"cat dog cat", "dog"})) == std::vector<std::int32_t>{2, 3, 2, 3, 0, 0});
}

TEST_CASE("TextVectorization counts tokens in its other modes", "[layers]") {
  ln::TextVectorization vectorize{.output_mode = "count", .vocabulary = {"cat", "dog"}};
  const ln::Tensor counts = vectorize({"cat dog cat bird"});
  CHECK(counts == ln::Tensor::of<float>({1, 3}, {1, 2, 1}));
  const ln::Sequential model{vectorize, ln::Dense{.units = 2}};
  CHECK(model.predict({"cat", "dog"}).size() == 2);
}

TEST_CASE("TextVectorization that has learnt nothing says so", "[layers]") {
  const ln::TextVectorization vectorize{};
  CHECK(error_of([&] { vectorize({"cat"}); }).is(ErrorCode::bad_state, "adapt"));
  CHECK(error_of([] {
          ln::Sequential(ln::TextVectorization{.buckets = -1}, ln::Dense{.units = 1});
        }).is(ErrorCode::invalid_argument, "buckets"));
}

TEST_CASE("a TextVectorization layer round-trips through its config and assets", "[layers]") {
  ln::TextVectorization vectorize{
      .split = "words", .output_sequence_length = 3, .features = {{.kind = "char_wb"}}};
  vectorize.adapt(kTexts);
  const ln::Layer layer = vectorize;
  const ln::Layer again = ln::layer_from_config(layer.class_name(), layer.config());
  again.instance()->set_assets(layer.instance()->assets());
  CHECK(again.config() == layer.config());
  const auto* copy = again.as<ln::TextVectorization>();
  REQUIRE(copy != nullptr);
  CHECK((*copy)(kTexts) == vectorize(kTexts));
  CHECK(error_of([&] {
          ln::layer_from_config(layer.class_name(), layer.config()).instance()->set_assets({});
        }).is(ErrorCode::corrupt_file, "vocabulary"));
}

TEST_CASE("assets of a layer that has none are refused", "[layers]") {
  const ln::Layer dense = ln::Dense{.units = 1};
  CHECK(dense.instance()->assets().empty());
  CHECK(error_of([&] {
          dense.instance()->set_assets({{"table", ln::Tensor::full<float>({1}, 0)}});
        }).is(ErrorCode::corrupt_file, "table"));
}

TEST_CASE("a model with TextVectorization in front takes raw text", "[layers]") {
  ln::TextVectorization vectorize{.output_sequence_length = 5};
  vectorize.adapt(kTexts);
  ln::Sequential model = classifier(vectorize.vocabulary_size());
  const ln::Tensor from_ids = model.predict(vectorize(kTexts));
  ln::Sequential whole{vectorize, model};
  CHECK(whole.predict(ln::Inputs(kTexts)) == from_ids);
  CHECK(whole.predict("the cat").probabilities.size() == 2);
  // A model with text in front may still be given the ids.
  CHECK(whole.predict(vectorize(kTexts)) == from_ids);
  CHECK(error_of([&] {
          whole.predict(ln::Tensor::full<float>({3, 5}, 0.0f));
        }).is(ErrorCode::dtype_mismatch, "texts"));
}

TEST_CASE("fit, evaluate and train_on_batch take raw text", "[layers]") {
  ln::TextVectorization vectorize{.output_sequence_length = 5};
  vectorize.adapt(kTexts);
  const ln::Tensor y = ln::Tensor::of<std::int32_t>({3}, {0, 1, 1});
  ln::Sequential whole{vectorize, classifier(vectorize.vocabulary_size())};
  whole.compile({.optimizer = ln::Adam{.learning_rate = 0.1f},
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  const auto history = whole.fit(kTexts, y, {.epochs = 30});
  CHECK(history["loss"].back() < history["loss"].front());
  CHECK(whole.evaluate(kTexts, y)["accuracy"] == 1.0);
  CHECK(std::isfinite(whole.train_on_batch(kTexts, y)["loss"]));
  whole.set_labels({"sits", "runs"});
  CHECK(whole.predict("The cat sat.").label == "sits");
}

TEST_CASE("a model that takes raw text is a layer of another", "[layers]") {
  ln::TextVectorization vectorize{.output_sequence_length = 5};
  vectorize.adapt(kTexts);
  const ln::Sequential texts{vectorize, classifier(vectorize.vocabulary_size())};
  const ln::Sequential whole{ln::Sequential{texts, ln::Activation{"relu"}},
                             ln::Activation{"linear"}};
  CHECK(whole.predict(ln::Inputs(kTexts)) == texts.predict(ln::Inputs(kTexts)));
}

TEST_CASE("a text without tokens gives a finite answer", "[layers]") {
  for (const bool ragged : {false, true}) {
    for (const std::optional<ln::Index> length : {std::optional<ln::Index>(), {4}}) {
      ln::TextVectorization vectorize{.output_sequence_length = length, .ragged = ragged};
      vectorize.adapt(kTexts);
      const ln::Sequential whole{vectorize, classifier(vectorize.vocabulary_size())};
      INFO(ragged << " " << length.value_or(-1));
      for (const float p : whole.predict("").probabilities) CHECK(std::isfinite(p));
      CHECK(whole.predict({"", "the cat"}).size() == 2);
    }
  }
}

TEST_CASE("a text that is not UTF-8 is refused with its row", "[layers]") {
  ln::TextVectorization vectorize{};
  vectorize.adapt(kTexts);
  const ln::Sequential whole{vectorize, classifier(vectorize.vocabulary_size())};
  CHECK(error_of([&] { whole.predict({"fine", "\xff"}); }).is(ErrorCode::invalid_argument, "1"));
}
