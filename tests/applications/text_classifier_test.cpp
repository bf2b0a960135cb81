// The text classifier's recipe: what its tokens and features are in each language.
#include <algorithm>
#include <linnet/linnet.hpp>

#include "catch.hpp"

namespace linnet::test {

namespace {

using Names = std::vector<std::string>;

const Names kTexts = {"今天天气很好", "明天天气很好", "我们在北京大学学习", "他们在北京大学学习"};
const Names kLabels = {"weather", "weather", "school", "school"};

/// What the trained model's vectorization makes of texts.
Vectorizer vectorizer_of(const std::string& language) {
  const Model model =
      applications::train_text_classifier(kTexts, kLabels, {.language = language, .epochs = 1});
  const Layer first = model.layers()[0];
  REQUIRE(first.as<TextVectorization>() != nullptr);
  return first.as<TextVectorization>()->vectorizer();
}

/// The features that a text has, by name.
Names features_of(const Vectorizer& vectorizer, const std::string& text) {
  std::vector<std::int32_t> ids;
  vectorizer.ids_of(text, ids);
  Names names;
  for (const std::int32_t id : ids) names.push_back(vectorizer.describe(id));
  return names;
}

bool has(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

TEST_CASE("Chinese texts are words of the dictionary, their pairs and runs of characters") {
  const Vectorizer vectorizer = vectorizer_of("zh");
  const Names found = features_of(vectorizer, "我们在北京");
  if (has_word_dictionary()) {
    CHECK(vectorizer.tokens_of("今天天气很好") == Names{"今天", "天气", "很好"});
    for (const char* name : {"我们", "在", "北京", "我们 在", "在 北京", "们在", "们在北"}) {
      INFO(name);
      CHECK(has(found, name));
    }
    CHECK_FALSE(has(found, "我 们"));
  } else {
    CHECK(vectorizer.tokens_of("今天天气") == Names{"今", "天", "天", "气"});
    CHECK(has(found, "北 京"));
    CHECK_FALSE(has(found, "北京"));
  }
}

TEST_CASE("English texts are words, and pairs and runs of four that occur twice") {
  const Names texts = {"a red apple", "one red apple", "the saw", "a sharp saw"};
  const Model model = applications::train_text_classifier(texts, kLabels, {.epochs = 1});
  const Vectorizer vectorizer = model.layers()[0].as<TextVectorization>()->vectorizer();
  CHECK(vectorizer.tokens_of("A red-Apple!") == Names{"a", "red", "-", "apple", "!"});
  const Names found = features_of(vectorizer, "a red apple, the sharp saw");
  CHECK(has(found, "sharp"));
  CHECK(has(found, "red apple"));
  CHECK(has(found, "appl"));
  CHECK_FALSE(has(found, "sharp saw"));
  CHECK_FALSE(has(found, "shar"));
}

}  // namespace linnet::test
