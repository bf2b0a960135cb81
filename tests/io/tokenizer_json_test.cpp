#include <fstream>
#include <linnet/io/tokenizer_json.hpp>
#include <linnet/text/pad_sequences.hpp>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using linnet::test::error_of;
using Json = nlohmann::json;
using TokenizerTexts = std::vector<std::string>;

namespace {

const Json& keras() {
  static const Json json = [] {
    std::ifstream file(LINNET_TEST_DATA "/golden/tokenizer.json");
    return Json::parse(file);
  }();
  return json;
}

TokenizerOptions tokenizer_options(const Json& given) {
  TokenizerOptions options;
  if (given.contains("num_words")) options.num_words = given["num_words"].get<Index>();
  if (given.contains("oov_token")) options.oov_token = given["oov_token"].get<std::string>();
  options.lower = given.value("lower", true);
  options.char_level = given.value("char_level", false);
  options.split = given.value("split", options.split);
  options.filters = given.value("filters", options.filters);
  return options;
}

/// Rows of numbers, or of lists of numbers.
template <class T>
Ragged ragged_of(const std::vector<std::vector<T>>& rows, Index width = 0) {
  std::vector<std::int32_t> values;
  std::vector<std::int64_t> splits{0};
  for (const auto& row : rows) {
    for (const auto& item : row) {
      if constexpr (std::is_integral_v<T>) {
        values.push_back(static_cast<std::int32_t>(item));
      } else {
        values.insert(values.end(), item.begin(), item.end());
      }
    }
    splits.push_back(splits.back() + static_cast<std::int64_t>(row.size()));
  }
  Shape shape{splits.back()};
  if (width > 0) shape = shape.joined({width});
  return {Tensor::of<std::int32_t>(shape, values),
          Tensor::of<std::int64_t>({static_cast<Index>(splits.size())}, splits)};
}

using Ids = std::vector<std::vector<Index>>;

Ids rows_in(const Ragged& ragged) {
  ragged.check();
  const auto values = ragged.values.data<std::int32_t>();
  const auto splits = ragged.splits.data<std::int64_t>();
  Ids rows;
  for (std::size_t i = 0; i + 1 < splits.size(); ++i) {
    rows.emplace_back(values.begin() + splits[i], values.begin() + splits[i + 1]);
  }
  return rows;
}

void check_numbers(const Tensor& tensor, const Json& expected) {
  std::vector<double> flat;
  const std::function<void(const Json&)> add = [&](const Json& json) {
    if (json.is_number()) return flat.push_back(json.get<double>());
    for (const Json& item : json) add(item);
  };
  add(expected);
  const Tensor wide = tensor.cast(DType::float64);
  const auto values = wide.data<double>();
  REQUIRE(values.size() == flat.size());
  for (std::size_t i = 0; i < flat.size(); ++i) {
    CHECK_THAT(values[i], Catch::Matchers::WithinAbs(flat[i], 1e-6));
  }
}

/// All that a fitted Tokenizer gives for one case.
void check_answers(const Tokenizer& tokenizer, const Json& expected) {
  const auto queries = keras()["queries"].get<TokenizerTexts>();
  const Ragged sequences = tokenizer.texts_to_sequences(queries);
  CHECK(rows_in(sequences) == expected["sequences"].get<Ids>());
  Ids more = rows_in(sequences);
  more.push_back({0, 1, 999, 4});
  CHECK(tokenizer.sequences_to_texts(ragged_of(more)) == expected["texts"].get<TokenizerTexts>());
  for (const char* mode : {"binary", "count", "freq", "tfidf"}) {
    CAPTURE(mode);
    check_numbers(tokenizer.texts_to_matrix(queries, TokenizerMode::named(mode)),
                  expected["matrices"][mode]);
  }
}

}  // namespace

TEST_CASE("TokenizerTexts become words as with Keras's text_to_word_sequence", "[text]") {
  const auto texts = keras()["texts"].get<TokenizerTexts>();
  for (const Json& group : keras()["words"]) {
    CAPTURE(group["options"].dump());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CHECK(text_to_word_sequence(texts[i], tokenizer_options(group["options"])) ==
            group["words"][i].get<TokenizerTexts>());
    }
  }
}

TEST_CASE("A Tokenizer gives the numbers of Keras's", "[text]") {
  const auto texts = keras()["texts"].get<TokenizerTexts>();
  for (const Json& expected : keras()["cases"]) {
    CAPTURE(expected["options"].dump());
    Tokenizer tokenizer(tokenizer_options(expected["options"]));
    tokenizer.fit_on_texts(std::span(texts).first(5));
    tokenizer.fit_on_texts(std::span(texts).subspan(5));
    check_answers(tokenizer, expected);
    check_answers(tokenizer_from_json(tokenizer_to_json(tokenizer)), expected);
    check_answers(tokenizer_from_json(expected["json"].get<std::string>()), expected);

    tokenizer.fit_on_sequences(ragged_of<Index>({{1, 2, 2}, {2}}));
    check_numbers(tokenizer.sequences_to_matrix(ragged_of<Index>({{1, 2, 3}}), "tfidf"),
                  expected["after"]);
    Tokenizer lists(tokenizer_options(expected["options"]));
    const std::vector<TokenizerTexts> fitted = {{"New York", "is", "is"}, {"big", "IS"}};
    lists.fit_on_texts(fitted);
    const std::vector<TokenizerTexts> asked = {{"new york", "New York", "is", "x"}};
    CHECK(rows_in(lists.texts_to_sequences(asked)) == expected["lists"].get<Ids>());
  }
}

TEST_CASE("A Tokenizer's JSON holds what Keras's does", "[text]") {
  const auto texts = keras()["texts"].get<TokenizerTexts>();
  for (const Json& expected : keras()["cases"]) {
    CAPTURE(expected["options"].dump());
    Tokenizer tokenizer(tokenizer_options(expected["options"]));
    tokenizer.fit_on_texts(texts);
    const Json ours = Json::parse(tokenizer_to_json(tokenizer));
    const Json theirs = Json::parse(expected["json"].get<std::string>());
    CHECK(ours["class_name"] == theirs["class_name"]);
    REQUIRE(ours["config"].size() == theirs["config"].size());
    for (const auto& [key, value] : theirs["config"].items()) {
      CAPTURE(key);
      const Json& mine = ours["config"][key];
      const bool nested =
          value.is_string() && key != "filters" && key != "split" && key != "oov_token";
      CHECK((nested ? Json::parse(mine.get<std::string>()) : mine) ==
            (nested ? Json::parse(value.get<std::string>()) : value));
    }
  }
}

TEST_CASE("Rows are padded and cut as Keras does", "[text]") {
  const auto rows = ragged_of<Index>({{1}, {}, {2, 3}, {4, 5, 6, 7}});
  const auto pairs = ragged_of<std::vector<Index>>({{{1, 2}}, {}, {{3, 4}, {5, 6}, {7, 8}}}, 2);
  for (const Json& expected : keras()["padding"]) {
    const Json& given = expected["options"];
    CAPTURE(given.dump());
    PadOptions options{.dtype = dtype_named(given.value("dtype", "int32")),
                       .value = given.value("value", 0.0)};
    if (given.contains("maxlen")) options.maxlen = given["maxlen"].get<Index>();
    if (given.contains("padding")) options.padding = "post";
    if (given.contains("truncating")) options.truncating = "post";
    check_numbers(pad_sequences(rows, options), expected["rows"]);
    check_numbers(pad_sequences(pairs, options), expected["pairs"]);
  }
  CHECK(pad_sequences(rows).shape() == Shape{4, 4});
  CHECK(pad_sequences(ragged_of<Index>({})).shape() == Shape{0, 0});
  CHECK_THAT(error_of([&] { pad_sequences(rows, {.maxlen = 0}); }).message,
             ContainsSubstring("maxlen must be positive, got 0"));
}

TEST_CASE("A Tokenizer refuses what it cannot do", "[text]") {
  CHECK_THAT(error_of([] { Tokenizer({.num_words = -1}); }).message,
             ContainsSubstring("num_words"));
  CHECK_THAT(error_of([] { Tokenizer({.split = ""}); }).message,
             ContainsSubstring("split is empty"));
  const TokenizerTexts texts = {"a", "b\xff"};
  Tokenizer tokenizer;
  CHECK_THAT(error_of([&] { tokenizer.fit_on_texts(texts); }).message, ContainsSubstring("row 1"));
  CHECK(tokenizer.state().document_count == 0);  // nothing of a failed fit stays
  const auto rows = ragged_of<Index>({{1, -2}});
  CHECK_THAT(error_of([&] { tokenizer.sequences_to_matrix(rows); }).message,
             ContainsSubstring("call fit_on_texts first"));
  CHECK_THAT(
      error_of([&] { Tokenizer({.num_words = 3}).sequences_to_matrix(rows, "tfidf"); }).message,
      ContainsSubstring("'tfidf' needs texts"));
  CHECK_THAT(error_of([&] { Tokenizer({.num_words = 3}).sequences_to_matrix(rows); }).message,
             ContainsSubstring("row 0: expected ids from 0, got -2"));
  CHECK_THAT(error_of([&] {
               Tokenizer({.oov_token = "?"}).texts_to_sequences(std::span(texts).first(1));
             }).message,
             ContainsSubstring("oov_token has no id"));
  CHECK_THAT(error_of([] { tokenizer_from_json("{\"config\": {}}"); }).message,
             ContainsSubstring("tokenizer_from_json"));
}
