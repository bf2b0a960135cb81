// TextVectorization on its way into a .keras file.
#include <cstring>
#include <linnet/io/json.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using test::error_of;

namespace {

const std::vector<std::string> kKnown = {"the cat and the dog", "a cat sat", "\u00e9t\u00e9"};

Tensor some_texts() { return Tensor::strings({"the cat sat", "a dog, a cat!", "", "bird"}); }

Model through_keras(const Model& model) {
  const test::TempFolder folder;
  model.save(folder.path("m.keras"));
  return Model::load(folder.path("m.keras"));
}

bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

}  // namespace

TEST_CASE("Texts are the same ids and features after a way through .keras", "[keras]") {
  const std::vector<TextVectorization> layers = {
      {.output_sequence_length = 5},
      {.max_tokens = 5, .standardize = "none", .output_mode = "multi_hot"},
      {.max_tokens = 9, .output_mode = "count", .pad_to_max_tokens = true},
      {.ngrams = 2, .output_mode = "tf_idf"},
      {.split = "character", .ngrams = {2}, .output_sequence_length = 4},
      {.output_sequence_length = 3, .vocabulary = {"cat", "the"}},
      {.output_mode = "tf_idf", .vocabulary = {"cat", "the"}, .idf_weights = {0.5f, 2.0f}},
      {.output_sequence_length = 3, .min_count = 2},
  };
  for (TextVectorization layer : layers) {
    INFO(to_json(layer.rules().to_config()));
    if (layer.vocabulary.empty()) layer.adapt(kKnown);
    Sequential model{layer};
    model.build({any});
    CHECK(same(through_keras(model).predict(some_texts()), layer(some_texts())));
  }
}

TEST_CASE("A classifier of raw texts predicts the same after a way through .keras", "[keras]") {
  TextVectorization vectorize{.output_sequence_length = 6};
  vectorize.adapt(kKnown);
  const Sequential classifier{vectorize,
                              Embedding{.input_dim = vectorize.vocabulary_size(), .output_dim = 3},
                              GlobalAveragePooling1D{}, Dense{.units = 2, .activation = "softmax"}};
  const Tensor before = classifier.predict(some_texts());
  CHECK(same(through_keras(classifier).predict(some_texts()), before));
}

TEST_CASE("Rules that Keras's TextVectorization has not are refused by their key", "[keras]") {
  const auto refused = [](TextVectorization layer, const char* key) {
    layer.adapt(kKnown);
    Sequential model{layer};
    model.build({any});
    const std::string message = error_of([&] { through_keras(model); }).message;
    CHECK_THAT(message, ContainsSubstring("text_vectorization") && ContainsSubstring(key));
  };
  refused({.unicode = true}, "unicode");
  refused({.oov = "drop"}, "oov");
  refused({.buckets = 50}, "buckets");
  refused({.features = {Ngrams{.buckets = 10}}}, "features");
  refused({.split = "words"}, "'words'");
}
