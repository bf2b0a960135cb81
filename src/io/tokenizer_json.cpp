#include <algorithm>
#include <charconv>
#include <linnet/io/json.hpp>
#include <linnet/io/tokenizer_json.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// Members of {"word": number}, which Keras writes as a string of JSON inside the JSON.
Config numbers_in(const Config& config, const char* key) {
  try {
    return parse_json(config.at(key).as_string());
  } catch (const Error& error) {
    throw error.within(key);
  }
}

std::vector<std::pair<std::string, Index>> pairs_in(const Config& config, const char* key) {
  std::vector<std::pair<std::string, Index>> pairs;
  const Config numbers = numbers_in(config, key);
  for (const auto& [word, value] : numbers.members()) pairs.emplace_back(word, value.as_integer());
  return pairs;
}

Index whole_number(const std::string& text) {
  Index number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) {
    fail(ErrorCode::corrupt_file, cat("index_docs: expected ids, got '", text, "'"));
  }
  return number;
}

TokenizerOptions options_in(const Config& config) {
  TokenizerOptions options;
  if (!config.at("num_words").is_null()) options.num_words = config.at("num_words").as_integer();
  if (!config.at("oov_token").is_null()) options.oov_token = config.at("oov_token").as_string();
  options.filters = config.at("filters").as_string();
  options.lower = config.at("lower").as_bool();
  options.split = config.at("split").as_string();
  options.char_level = config.at("char_level").as_bool();
  return options;
}

TokenizerState state_in(const Config& config) {
  TokenizerState state;
  state.document_count = config.at("document_count").as_integer();
  state.word_counts = pairs_in(config, "word_counts");
  state.word_index = pairs_in(config, "word_index");
  for (auto& [word, documents] : pairs_in(config, "word_docs")) state.word_docs[word] = documents;
  for (const auto& [id, documents] : pairs_in(config, "index_docs")) {
    state.index_docs[whole_number(id)] = documents;
  }
  return state;
}

template <class Pairs>
Config json_of(const Pairs& pairs) {
  Config::Object members;
  for (const auto& [key, value] : pairs) {
    if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(key)>>) {
      members.push_back({cat(key), Config(value)});
    } else {
      members.push_back({key, Config(value)});
    }
  }
  return Config(to_json(Config::object(std::move(members))));
}

}  // namespace

Tokenizer tokenizer_from_json(std::string_view json) {
  try {
    const Config whole = parse_json(json);
    const Config& config = whole.at("config");
    return Tokenizer(options_in(config), state_in(config));
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt_file, cat("tokenizer_from_json: ", error.what()));
  }
}

std::string tokenizer_to_json(const Tokenizer& tokenizer) {
  const TokenizerOptions& options = tokenizer.options();
  const TokenizerState& state = tokenizer.state();
  std::vector<std::pair<Index, std::string>> index_word;
  for (const auto& [word, id] : state.word_index) index_word.emplace_back(id, word);
  std::ranges::sort(index_word);
  std::vector<std::pair<std::string, Index>> word_docs(state.word_docs.begin(),
                                                       state.word_docs.end());
  std::ranges::sort(word_docs);
  Config config = Config::object();
  config["num_words"] = options.num_words ? Config(*options.num_words) : Config();
  config["filters"] = Config(options.filters);
  config["lower"] = Config(options.lower);
  config["split"] = Config(options.split);
  config["char_level"] = Config(options.char_level);
  config["oov_token"] = options.oov_token ? Config(*options.oov_token) : Config();
  config["document_count"] = Config(state.document_count);
  config["word_counts"] = json_of(state.word_counts);
  config["word_docs"] = json_of(word_docs);
  config["index_docs"] = json_of(state.index_docs);
  config["index_word"] = json_of(index_word);
  config["word_index"] = json_of(state.word_index);
  Config whole = Config::object();
  whole["class_name"] = Config("Tokenizer");
  whole["config"] = std::move(config);
  return to_json(whole);
}

}  // namespace linnet::inline v0
