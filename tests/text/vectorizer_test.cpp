#include <cmath>
#include <linnet/text/vectorizer.hpp>
#include <set>
#include <thread>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using Ids = std::vector<std::int32_t>;
using Strings = std::vector<std::string>;

namespace {

Ids ids_of(const Vectorizer& vectorizer, std::string_view text) {
  Ids ids;
  vectorizer.ids_of(text, ids);
  return ids;
}

/// What the ids of a text stand for.
Strings described(const Vectorizer& vectorizer, std::string_view text) {
  Strings list;
  for (const std::int32_t id : ids_of(vectorizer, text)) list.push_back(vectorizer.describe(id));
  return list;
}

}  // namespace

TEST_CASE("Text rules survive a config", "[text]") {
  const TextRules rules{.max_tokens = 100,
                        .standardize = "none",
                        .split = "words",
                        .ngrams = {1, 3},
                        .output_sequence_length = 7,
                        .vocabulary = {"a"},
                        .unicode = true,
                        .oov = "drop",
                        .features = {{.kind = "word", .ngrams = {2}, .buckets = 10}, {}}};
  CHECK(TextRules::from_config(rules.to_config()) == rules);
  CHECK(NgramLengths(2).list() == std::vector<Index>{1, 2});
  CHECK(NgramLengths{2}.list() == std::vector<Index>{2});
  CHECK(NgramLengths::from_config(Config(3)) == NgramLengths(3));
  CHECK(TextRules{}.to_config().at("ngrams").is_null());
}

TEST_CASE("Rules that make no sense are errors", "[text]") {
  const auto error = [](const TextRules& rules, const std::string& message) {
    CHECK_THROWS_WITH(Vectorizer(rules), ContainsSubstring(message));
  };
  error({.max_tokens = 1}, "max_tokens must lie in [2,");
  error({.split = "none", .ngrams = 2}, "ngrams need a split");
  error({.ngrams = {0}}, "ngrams must lie in [1, 64], got 0");
  error({.output_mode = "count", .output_sequence_length = 3}, "output_sequence_length needs");
  error({.output_mode = "count", .ragged = true}, "ragged needs");
  error({.output_sequence_length = 0}, "output_sequence_length must");
  error({.pad_to_max_tokens = true}, "needs max_tokens");
  error({.max_tokens = 3, .vocabulary = {"a", "b"}}, "has 2 tokens; max_tokens of 3 leaves room");
  error({.vocabulary = {"a", "a"}}, "'a' occurs twice");
  error({.vocabulary = {"a", "[UNK]"}}, "token 1 is '[UNK]'");
  error({.vocabulary = {"a\x80"}}, "token 0: expected UTF-8");
  error({.vocabulary = {"a"}, .buckets = 5}, "buckets are set");
  error({.idf_weights = {1}}, "idf_weights need");
  error({.output_mode = "tf_idf", .vocabulary = {"a"}}, "expected 1 idf_weights");
  error({.features = {{.buckets = -1}}}, "features[0]: buckets must");
  error({.split = "none", .features = {{}, {.kind = "word"}}}, "features[1]: n-grams of words");
  CHECK_THROWS_WITH(Split::named("spaces"), ContainsSubstring("'whitespace'"));
}

TEST_CASE("A vectorizer that has learnt nothing says so", "[text]") {
  const Vectorizer vectorizer;
  CHECK_FALSE(vectorizer.ready());
  CHECK_THROWS_WITH(ids_of(vectorizer, "a"), ContainsSubstring("adapt() has not been called"));
  CHECK_THROWS_WITH(Vectorizer().adapt(Strings{}), ContainsSubstring("no texts"));
  CHECK(Vectorizer({.buckets = 10}).ready());
  CHECK(Vectorizer({.vocabulary = {"a"}}).ready());
  CHECK_FALSE(Vectorizer({.vocabulary = {"a"}, .features = {{}}}).ready());
}

TEST_CASE("The policy for unknown tokens is followed", "[text]") {
  const std::vector<std::string> words{"a", "b"};
  CHECK(ids_of(Vectorizer({.vocabulary = words}), "a x b") == Ids{2, 1, 3});
  CHECK(ids_of(Vectorizer({.vocabulary = words, .oov = "drop"}), "a x b") == Ids{2, 3});
  const Vectorizer strict({.vocabulary = words, .oov = "error"});
  CHECK(ids_of(strict, "b a") == Ids{3, 2});
  CHECK_THROWS_WITH(strict.ids(Strings{"a", "b x"}),
                    ContainsSubstring("row 1: token 'x' is not in the vocabulary of 2"));
}

TEST_CASE("Invalid UTF-8 is an error that names row and byte", "[text]") {
  Vectorizer vectorizer({.buckets = 10});
  const Strings texts{"fine", "caf\xE9"};
  const std::string message = "row 1: text: expected UTF-8, got byte 233 at offset 3";
  CHECK_THROWS_WITH(vectorizer.ids(texts), ContainsSubstring(message));
  CHECK_THROWS_WITH(vectorizer.ragged(texts), ContainsSubstring(message));
  CHECK_THROWS_WITH(Vectorizer().adapt(texts), ContainsSubstring(message));
  CHECK_THROWS_WITH(ids_of(vectorizer, texts[1]), ContainsSubstring("Vectorizer: text"));
}

TEST_CASE("Ragged rows hold the same ids as padded rows", "[text]") {
  Vectorizer vectorizer({.output_sequence_length = 3});
  const Strings texts{"a b a", "", "c b a a", "a"};
  vectorizer.adapt(texts);
  CHECK(vectorizer.ids(texts) ==
        Tensor::of<std::int32_t>({4, 3}, {2, 3, 2, 0, 0, 0, 4, 3, 2, 2, 0, 0}));
  const Ragged rows = vectorizer.ragged(texts);
  rows.check();
  CHECK(rows.values == Tensor::of<std::int32_t>({7}, {2, 3, 2, 4, 3, 2, 2}));
  CHECK(rows.splits == Tensor::of<std::int64_t>({5}, {0, 3, 3, 6, 7}));
  CHECK(vectorizer.ids(Strings{}).shape() == Shape{0, 3});
}

TEST_CASE("Features have their own ranges of ids, one after the other", "[text]") {
  Vectorizer vectorizer({.max_tokens = 4,
                         .features = {{.kind = "word", .ngrams = {2}, .buckets = 1000},
                                      {.kind = "char_wb", .ngrams = {3}},
                                      {.kind = "char", .ngrams = {2}, .max_tokens = 2}}});
  vectorizer.adapt(Strings{"the the cat", "The cat!", "the"});
  CHECK(vectorizer.vocabulary().tokens() == Strings{"the", "cat"});
  const Strings grams = described(vectorizer, "a cat");
  CHECK(grams[0] == "[UNK]");
  CHECK(grams[1] == "cat");
  CHECK(grams[2].starts_with("word bucket "));
  CHECK(Strings(grams.begin() + 3, grams.end()) == Strings{" ca", "cat", "at "});
  CHECK(described(vectorizer, "the") == Strings{"the", " th", "the", "he ", "th", "he"});
  CHECK(vectorizer.id_count() == 2 + 2 + 1000 + 6 + 2);
  const auto loaded = Vectorizer::from_config(vectorizer.config(), vectorizer.assets());
  CHECK(ids_of(loaded, "the cat sat on the mat") == ids_of(vectorizer, "the cat sat on the mat"));
  CHECK(loaded.id_count() == vectorizer.id_count());
}

TEST_CASE("Character n-grams count characters, not bytes", "[text]") {
  const auto grams = [](const Ngrams& feature, const char* text) {
    Vectorizer vectorizer(
        {.split = "character", .vocabulary = {"x"}, .oov = "drop", .features = {feature}});
    vectorizer.adapt(Strings{text});
    return described(vectorizer, text);
  };
  const Ngrams whole{.kind = "char", .ngrams = {2}};
  CHECK(grams(whole, "天气  好") == Strings{" 天", "天气", "气 ", " 好", "好 "});
  const Ngrams bare{.kind = "char", .ngrams = {2}, .boundaries = false};
  CHECK(grams(bare, "天气  好") == Strings{"天气", "气 ", " 好"});
  const Ngrams inside{.kind = "char_wb", .ngrams = {1, 2}, .boundaries = false};
  CHECK(grams(inside, "天气 é") == Strings{"天", "气", "é", "天气"});
  CHECK(grams(inside, "").empty());
  CHECK(grams(whole, " ").empty());
}

TEST_CASE("Hashed ids are stable and spread over all buckets", "[text]") {
  const Vectorizer vectorizer({.buckets = 64});
  CHECK(vectorizer.id_count() == 66);
  std::set<std::int32_t> seen;
  for (int i = 0; i < 2000; ++i) {
    const Ids ids = ids_of(vectorizer, "w" + std::to_string(i));
    REQUIRE(ids.size() == 1);
    REQUIRE((ids[0] >= 2 && ids[0] < 66));
    seen.insert(ids[0]);
  }
  CHECK(seen.size() == 64);
  // Written down: a saved model must find the same rows again.
  CHECK(ids_of(Vectorizer({.buckets = 1 << 20}), "the cat 天气") == Ids{237313, 37149, 103202});
}

TEST_CASE("Unicode rules cover letters, marks and spaces outside ASCII", "[text]") {
  const auto tokens = [](TextRules rules, const char* text) {
    return Vectorizer(rules).tokens_of(text);
  };
  CHECK(tokens({}, "École “Été”") == Strings{"École", "“Été”"});
  CHECK(tokens({.unicode = true}, "École\u3000“Été”") == Strings{"école", "été"});
  CHECK(tokens({.split = "words"}, "iPhone15手机Max 很贵。") ==
        Strings{"iphone15", "手", "机", "max", "很", "贵", "。"});
  CHECK(tokens({.standardize = "lower", .split = "words"}, "Don't stop!") ==
        Strings{"don", "'", "t", "stop", "!"});
}

TEST_CASE("A long text costs no more than its ids, and a huge n-gram is no trouble", "[text]") {
  std::string text(100000, 'x');
  text += " y";
  const Vectorizer vectorizer({.ngrams = 2, .output_sequence_length = 5, .buckets = 1 << 20});
  const Ids ids = ids_of(vectorizer, text);
  REQUIRE(ids.size() == 3);
  const auto hashed = static_cast<std::int32_t>((detail::hash_of(text) >> 32) * (1 << 20) >> 32);
  CHECK(ids[2] == 2 + hashed);
}

TEST_CASE("Weights of hashed features follow the number of documents", "[text]") {
  Vectorizer vectorizer({.output_mode = "tf_idf", .buckets = 4096});
  vectorizer.adapt(Strings{"a a", "a b", "c"});
  const Tensor matrix = vectorizer.matrix(Strings{"a", "b b"});
  const auto row = matrix.data<float>();
  const auto at = [&](const char* token) {
    return static_cast<std::size_t>(ids_of(vectorizer, token)[0]);
  };
  CHECK(std::abs(row[at("a")] - std::log1p(3.0 / 3.0)) < 1e-6);
  CHECK(std::abs(row[4097 + at("b")] - 2 * std::log1p(3.0 / 2.0)) < 1e-6);
  CHECK_THROWS_WITH(Vectorizer({.buckets = 9}).matrix(Strings{"a"}),
                    ContainsSubstring("matrix needs"));
}

TEST_CASE("Many threads may vectorize at once", "[text][threads]") {
  Vectorizer vectorizer({.features = {{.kind = "char_wb", .ngrams = 3, .buckets = 100}}});
  vectorizer.adapt(Strings{"the cat sat on the mat"});
  const Ids expected = ids_of(vectorizer, "a cat on a mat");
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      Ids ids;
      for (int i = 0; i < 200; ++i) {
        vectorizer.ids_of(i % 2 == 0 ? "a cat on a mat" : "something else", ids);
        if (i % 2 == 0 && ids != expected) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("Damaged assets of a vectorizer are refused", "[text]") {
  Vectorizer vectorizer({.max_tokens = 5, .output_mode = "tf_idf"});
  vectorizer.adapt(Strings{"a b", "a"});
  const Config config = vectorizer.config();
  const auto load = [&](const std::function<void(TextAssets&)>& damage) {
    TextAssets assets = vectorizer.assets();
    damage(assets);
    return Vectorizer::from_config(config, assets);
  };
  CHECK(load([](auto&) {}).get_vocabulary() == vectorizer.get_vocabulary());
  CHECK_THROWS_WITH(load([](auto& a) { a.pop_back(); }),
                    ContainsSubstring("'idf_weights' is missing"));
  CHECK_THROWS_WITH(load([](auto& a) { a[0].second = Tensor(DType::float32, {2}); }),
                    ContainsSubstring("expected string"));
  CHECK_THROWS_WITH(load([](auto& a) { a[1].second = Tensor(DType::float32, {2}); }),
                    ContainsSubstring("expected 3 weights, got 2"));
  CHECK_THROWS_WITH(load([](auto& a) {
                      a[0].second = Tensor::strings({"a", "a"});
                    }),
                    ContainsSubstring("occurs twice"));
  CHECK_THROWS_WITH(load([](auto& a) { a.emplace_back("more", Tensor()); }),
                    ContainsSubstring("unknown asset 'more'"));
}
