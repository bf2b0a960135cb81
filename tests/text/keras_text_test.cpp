#include <cmath>
#include <fstream>
#include <linnet/text/vectorizer.hpp>
#include <nlohmann/json.hpp>

#include "catch.hpp"

using namespace linnet;
using Json = nlohmann::json;

namespace {

const Json& golden() {
  static const Json json = [] {
    std::ifstream file(LINNET_TEST_DATA "/golden/text.json");
    return Json::parse(file);
  }();
  return json;
}

/// Keras's settings as TextRules.
TextRules rules_of(const Json& options) {
  Config config = Config::object();
  for (const char* key : {"max_tokens", "output_sequence_length"}) {
    if (options.contains(key) && !options[key].is_null()) config[key] = options[key].get<Index>();
  }
  for (const char* key : {"standardize", "split", "output_mode"}) {
    if (!options.contains(key)) continue;
    config[key] = options[key].is_null() ? Config() : Config(options[key].get<std::string>());
  }
  if (options.contains("pad_to_max_tokens")) {
    config["pad_to_max_tokens"] = options["pad_to_max_tokens"].get<bool>();
  }
  if (options.contains("ngrams") && options["ngrams"].is_number()) {
    config["ngrams"] = options["ngrams"].get<Index>();
  } else if (options.contains("ngrams") && options["ngrams"].is_array()) {
    config["ngrams"] = Config::list();
    for (const Json& length : options["ngrams"]) config["ngrams"].push_back(length.get<Index>());
  }
  return TextRules::from_config(config);
}

std::vector<std::string> strings(const Json& list) { return list.get<std::vector<std::string>>(); }

/// The rows of `expected`, which has as many columns as the longest row in Keras's batch.
void check_output(const Vectorizer& vectorizer, const std::vector<std::string>& texts,
                  const Json& expected) {
  const bool ids = vectorizer.rules().output_mode == "int";
  const Tensor output =
      (ids ? vectorizer.ids(texts) : vectorizer.matrix(texts)).cast(DType::float64);
  std::vector<double> flat;
  for (const Json& row : expected["output"]) {
    if (row.is_number()) {
      flat.push_back(row.get<double>());
      continue;
    }
    for (const Json& value : row) flat.push_back(value.get<double>());
  }
  const auto values = output.data<double>();
  REQUIRE(values.size() == flat.size());
  for (std::size_t i = 0; i < flat.size(); ++i) {
    if (std::abs(values[i] - flat[i]) <= 2e-6) continue;
    INFO("element " << i);
    CHECK(values[i] == flat[i]);
  }
}

}  // namespace

TEST_CASE("Texts are standardized as Keras does", "[text]") {
  const auto texts = strings(golden()["texts"]);
  for (const Json& group : golden()["standardize"]) {
    TextRules rules = rules_of({{"standardize", group["standardize"]}, {"split", nullptr}});
    const Vectorizer vectorizer(rules);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto tokens = vectorizer.tokens_of(texts[i]);
      CAPTURE(texts[i]);
      CHECK((tokens.empty() ? "" : tokens[0]) == group["texts"][i].get<std::string>());
    }
  }
}

TEST_CASE("Texts are split as Keras does", "[text]") {
  const auto texts = strings(golden()["texts"]);
  for (const Json& group : golden()["split"]) {
    const Vectorizer vectorizer(rules_of(group));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(texts[i]);
      CHECK(vectorizer.tokens_of(texts[i]) == strings(group["tokens"][i]));
    }
  }
}

TEST_CASE("N-grams of tokens come in Keras's order", "[text]") {
  for (const Json& group : golden()["ngrams"]) {
    TextRules rules = rules_of(group);
    rules.standardize = "none";
    const Vectorizer vectorizer(rules);
    for (std::size_t i = 0; i < group["texts"].size(); ++i) {
      CAPTURE(group.dump());
      CHECK(vectorizer.tokens_of(group["texts"][i].get<std::string>()) ==
            strings(group["tokens"][i]));
    }
  }
}

TEST_CASE("Equally frequent words are ordered as Keras orders them", "[text]") {
  for (const Json& group : golden()["ties"]) {
    Vectorizer vectorizer({.standardize = "none"});
    vectorizer.adapt(strings(group["documents"]));
    CHECK(vectorizer.get_vocabulary() == strings(group["vocabulary"]));
  }
}

TEST_CASE("Adapting and vectorizing give Keras's vocabulary, ids and matrices", "[text]") {
  const auto documents = strings(golden()["documents"]);
  const auto queries = strings(golden()["queries"]);
  for (const Json& item : golden()["adapt"]) {
    DYNAMIC_SECTION(item["case"].get<std::string>()) {
      Vectorizer vectorizer(rules_of(item["config"]));
      vectorizer.adapt(documents);
      CHECK(vectorizer.get_vocabulary() == strings(item["vocabulary"]));
      check_output(vectorizer, queries, item);

      const auto loaded = Vectorizer::from_config(vectorizer.config(), vectorizer.assets());
      check_output(loaded, queries, item);
    }
  }
}

TEST_CASE("A given vocabulary gives Keras's ids and matrices", "[text]") {
  for (const Json& item : golden()["given_vocabulary"]) {
    TextRules rules = rules_of(item["options"]);
    rules.vocabulary = {"earth", "wind", "and", "fire"};
    if (item["options"].contains("idf_weights")) {
      rules.idf_weights = item["options"]["idf_weights"].get<std::vector<float>>();
    }
    CAPTURE(item.dump());
    const Vectorizer vectorizer(rules);
    CHECK(vectorizer.get_vocabulary() == strings(item["vocabulary"]));
    check_output(vectorizer, strings(item["texts"]), item);
  }
}
