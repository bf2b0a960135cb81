#include <linnet/text/vectorizer.hpp>
#include <thread>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using linnet::test::error_of;
using Words = std::vector<std::string>;

namespace {
constexpr Split kByDictionary = "dictionary";
}

TEST_CASE("Words of scripts without spaces are found by a dictionary", "[text]") {
  if (!has_word_dictionary()) {
    CHECK_THAT(error_of([] { Vectorizer({.split = kByDictionary}); }).message,
               ContainsSubstring("split 'dictionary' needs ICU"));
    return;
  }
  const Vectorizer words({.standardize = "lower", .split = kByDictionary});
  CHECK(words.tokens_of("今天天气很好") == Words{"今天", "天气", "很好"});
  CHECK(words.tokens_of("我们在北京大学学习。") ==
        Words{"我们", "在", "北京", "大学", "学习", "。"});
  CHECK(words.tokens_of("買iPhone手机, don't") ==
        Words{"買", "iphone", "手机", ",", "don", "'", "t"});
  CHECK(words.tokens_of("สวัสดีชาวโลก") == Words{"สวัสดี", "ชาว", "โลก"});
  CHECK(words.tokens_of(" hello\u3000world 3.5") == Words{"hello", "world", "3", ".", "5"});
  CHECK(words.tokens_of("").empty());
}

TEST_CASE("Words of a dictionary have n-grams, beside those of characters", "[text]") {
  if (!has_word_dictionary()) return;
  Vectorizer both({.standardize = "lower",
                   .split = kByDictionary,
                   .oov = "drop",
                   .features = {{.kind = "word", .ngrams = {2}},
                                {.kind = "char", .ngrams = {1, 2}, .boundaries = false}}});
  const Words texts = {"天气很好"};
  both.adapt(texts);
  std::vector<std::int32_t> ids;
  both.ids_of(texts[0], ids);
  std::vector<std::string> names;
  for (const std::int32_t id : ids) names.push_back(both.describe(id));
  CHECK(ids.size() == 2 + 1 + 4 + 3);
  CHECK(std::ranges::find(names, "天气 很好") != names.end());
  CHECK(std::ranges::find(names, "气很") != names.end());
}

TEST_CASE("Threads find the same words", "[text][threads]") {
  if (!has_word_dictionary()) return;
  const Vectorizer words({.split = kByDictionary});
  const Words expected = words.tokens_of("今天天气很好");
  std::vector<Words> found(3);
  std::vector<std::thread> threads;
  for (Words& mine : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) mine = words.tokens_of("今天天气很好");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Words& mine : found) CHECK(mine == expected);
}
