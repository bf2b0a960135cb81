// Vocabularies in front of tables that are too small for them.
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

const TextVectorization kEightIds{.vocabulary = {"a", "b", "c", "d", "e", "f"}};

Caught refusal_of(Sequential model) {
  const Caught caught = error_of([&] { model.predict(Tensor::strings({"a"})); });
  CHECK_FALSE(model.built());
  return caught;
}

}  // namespace

TEST_CASE("A vocabulary larger than the table behind it is refused as the model is built",
          "[model]") {
  const Embedding small{.input_dim = 3, .output_dim = 2};
  const EmbeddingBag bag{.input_dim = 7, .output_dim = 2};
  const StringLookup lookup{.vocabulary = {"a", "b", "c"}};
  const Hashing hashing{.num_bins = 4};
  const auto message = [](const Sequential& model) {
    const Caught caught = refusal_of(model);
    CHECK(caught.code == ErrorCode::invalid_argument);
    return caught.message;
  };
  CHECK(message(Sequential{kEightIds, small}) ==
        "embedding: input_dim 3 is below the 8 ids of text_vectorization; use vocabulary_size()");
  CHECK(message(Sequential{kEightIds, bag}) ==
        "embedding_bag: input_dim 7 is below the 8 ids of text_vectorization; use "
        "vocabulary_size()");
  CHECK(message(Sequential{lookup, small}) ==
        "embedding: input_dim 3 is below the 4 ids of string_lookup; use vocabulary_size()");
  CHECK(message(Sequential{hashing, small}) ==
        "embedding: input_dim 3 is below the 4 ids of hashing; use num_bins");
}

TEST_CASE("Vocabularies are followed into inner models, and out of them", "[model]") {
  const Embedding small{.input_dim = 3, .output_dim = 2};
  const std::string message = "embedding: input_dim 3 is below the 8 ids of text_vectorization";
  const auto refused = [&](const Sequential& model) {
    const Caught caught = refusal_of(model);
    INFO(caught.message);
    return caught.is(ErrorCode::invalid_argument, message);
  };
  int made = 0;
  const auto inside = [&](const auto& layer) {
    return Sequential({layer}, detail::cat("inner", ++made));
  };
  CHECK(refused(Sequential{kEightIds, Sequential{small, Flatten{}}}));
  CHECK(refused(Sequential{kEightIds, inside(inside(small))}));
  CHECK(refused(Sequential{inside(kEightIds), small}));
  CHECK(refused(Sequential{inside(inside(kEightIds)), inside(small)}));
  const Value texts = input({}, {.dtype = DType::string});
  CHECK(error_of([&] {
          Model(texts, texts | kEightIds | small);
        }).is(ErrorCode::invalid_argument, message));
}

TEST_CASE("A vocabulary that fits, or makes no ids, is taken", "[model]") {
  const Tensor text = Tensor::strings({"a f"});
  const Sequential fits{kEightIds, Embedding{.input_dim = 8, .output_dim = 2}};
  CHECK(fits.predict(text).shape() == Shape{1, 2, 2});
  TextVectorization counts = kEightIds;
  counts.output_mode = "count";
  CHECK(Sequential{counts, Dense{.units = 1}}.predict(text).shape() == Shape{1, 1});
}

}  // namespace linnet::test
