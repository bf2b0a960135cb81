#include <algorithm>
#include <cmath>
#include <linnet/text/tokenizer.hpp>
#include <linnet/text/utf8.hpp>
#include <set>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr const char* kWhere = "Tokenizer";

std::string token_lowered(const std::string& text, bool lower) {
  check_utf8(text, "text");
  return lower ? lower_case(std::string_view(text)) : text;
}

/// Calls f(row) for each row; an Error says which it was.
template <class F>
void each_text(std::size_t count, F&& f) {
  for (std::size_t row = 0; row < count; ++row) {
    try {
      f(row);
    } catch (const Error& error) {
      throw error.within(cat(kWhere, ": row ", std::uint64_t{row}));
    }
  }
}

/// The ids of each row. Error: dtype_mismatch.
template <class Visit>
void each_sequence(const Ragged& sequences, Visit&& visit) {
  sequences.check();
  const Tensor wide = sequences.values.cast(DType::int64);
  const auto ids = wide.data<std::int64_t>();
  const auto splits = sequences.splits.data<std::int64_t>();
  for (std::size_t row = 0; row + 1 < splits.size(); ++row) {
    visit(row, ids.subspan(static_cast<std::size_t>(splits[row]),
                           static_cast<std::size_t>(splits[row + 1] - splits[row])));
  }
}

}  // namespace

std::vector<std::string> text_to_word_sequence(std::string_view text,
                                               const TokenizerOptions& options) {
  if (options.split.empty()) fail(ErrorCode::invalid_argument, "Tokenizer: split is empty");
  check_utf8(options.filters, "Tokenizer: filters");
  std::set<char32_t> filters;
  for (std::size_t i = 0; i < options.filters.size();) {
    filters.insert(decode_utf8(options.filters, i));
  }
  const std::string whole = token_lowered(std::string(text), options.lower);
  std::string filtered;
  for (std::size_t i = 0; i < whole.size();) {
    const char32_t code = decode_utf8(whole, i);
    if (filters.contains(code)) {
      filtered += options.split;
    } else {
      append_utf8(code, filtered);
    }
  }
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= filtered.size();) {
    const std::size_t end = std::min(filtered.find(options.split, begin), filtered.size());
    if (end > begin) words.push_back(filtered.substr(begin, end - begin));
    begin = end + options.split.size();
  }
  return words;
}

Tokenizer::Tokenizer(TokenizerOptions options, TokenizerState state)
    : options_(std::move(options)), state_(std::move(state)) {
  if (options_.num_words.value_or(0) < 0) {
    fail(ErrorCode::invalid_argument,
         cat(kWhere, ": num_words must not be negative, got ", *options_.num_words));
  }
  text_to_word_sequence("", options_);
  check_utf8(options_.split, "Tokenizer: split");
  check_utf8(options_.oov_token.value_or(""), "Tokenizer: oov_token");
  for (std::size_t i = 0; i < state_.word_counts.size(); ++i) {
    counted_[state_.word_counts[i].first] = i;
  }
  for (const auto& [word, id] : state_.word_index) {
    ids_[word] = id;
    words_[id] = word;
  }
}

Index Tokenizer::find(const std::string& word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? -1 : found->second;
}

Tokenizer::Tokens Tokenizer::tokens_of(const std::string& text) const {
  if (!options_.char_level) return text_to_word_sequence(text, options_);
  const std::string whole = token_lowered(text, options_.lower);
  Tokens letters;
  for (std::size_t i = 0; i < whole.size();) {
    const std::size_t begin = i;
    decode_utf8(whole, i);
    letters.push_back(whole.substr(begin, i - begin));
  }
  return letters;
}

Tokenizer::Tokens Tokenizer::tokens_of(const Tokens& text) const {
  Tokens tokens;
  for (const std::string& token : text) tokens.push_back(token_lowered(token, options_.lower));
  return tokens;
}

void Tokenizer::count(const Tokens& tokens) {
  ++state_.document_count;
  for (const std::string& token : tokens) {
    const auto [place, added] = counted_.try_emplace(token, state_.word_counts.size());
    if (added) state_.word_counts.emplace_back(token, 0);
    ++state_.word_counts[place->second].second;
  }
  for (const std::string& token : std::set<std::string>(tokens.begin(), tokens.end())) {
    ++state_.word_docs[token];
  }
}

/// Ids by falling count, words of one count in the order in which they came. A word that is also
/// the oov_token has the id of the word, as in Keras.
void Tokenizer::number() {
  auto ranked = state_.word_counts;
  std::ranges::stable_sort(ranked, std::ranges::greater(), &std::pair<std::string, Index>::second);
  if (options_.oov_token) ranked.insert(ranked.begin(), {*options_.oov_token, 0});
  ids_.clear();
  words_.clear();
  state_.word_index.clear();
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    ids_[ranked[i].first] = static_cast<Index>(i) + 1;
  }
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const std::string& word = ranked[i].first;
    if (i > 0 && word == options_.oov_token) continue;  // it is listed first
    state_.word_index.emplace_back(word, ids_[word]);
    words_[ids_[word]] = word;
  }
  for (const auto& [word, documents] : state_.word_docs) state_.index_docs[ids_[word]] = documents;
}

template <class Text>
void Tokenizer::fit(std::span<const Text> texts) {
  std::vector<Tokens> all;
  each_text(texts.size(), [&](std::size_t row) { all.push_back(tokens_of(texts[row])); });
  for (const Tokens& tokens : all) count(tokens);
  number();
}

void Tokenizer::fit_on_texts(std::span<const std::string> texts) { fit(texts); }
void Tokenizer::fit_on_texts(std::span<const Tokens> texts) { fit(texts); }

void Tokenizer::fit_on_sequences(const Ragged& sequences) {
  each_sequence(sequences, [&](std::size_t, std::span<const std::int64_t> ids) {
    ++state_.document_count;
    for (const Index id : std::set<Index>(ids.begin(), ids.end())) ++state_.index_docs[id];
  });
}

template <class Text>
Ragged Tokenizer::ids(std::span<const Text> texts) const {
  const Index unknown = options_.oov_token ? find(*options_.oov_token) : -1;
  if (options_.oov_token && unknown < 0) {
    fail(ErrorCode::bad_state, cat(kWhere, ": call fit_on_texts first: oov_token has no id yet"));
  }
  std::vector<std::int32_t> values;
  std::vector<std::int64_t> splits{0};
  each_text(texts.size(), [&](std::size_t row) {
    for (const std::string& token : tokens_of(texts[row])) {
      const Index id = find(token);
      const Index given = id < 0 || limits(id) ? unknown : id;
      if (given >= 0) values.push_back(static_cast<std::int32_t>(given));
    }
    splits.push_back(static_cast<std::int64_t>(values.size()));
  });
  return {Tensor::of<std::int32_t>({static_cast<Index>(values.size())}, values),
          Tensor::of<std::int64_t>({static_cast<Index>(splits.size())}, splits)};
}

Ragged Tokenizer::texts_to_sequences(std::span<const std::string> texts) const {
  return ids(texts);
}
Ragged Tokenizer::texts_to_sequences(std::span<const Tokens> texts) const { return ids(texts); }

std::vector<std::string> Tokenizer::sequences_to_texts(const Ragged& sequences) const {
  std::vector<std::string> texts;
  each_sequence(sequences, [&](std::size_t, std::span<const std::int64_t> ids) {
    std::string text;
    for (const Index id : ids) {
      const auto found = words_.find(id);
      const bool known = found != words_.end() && !limits(id);
      if (!known && !options_.oov_token) continue;
      text += ' ';
      text += known ? found->second : *options_.oov_token;
    }
    texts.push_back(text.empty() ? text : text.substr(1));
  });
  return texts;
}

Tensor Tokenizer::sequences_to_matrix(const Ragged& sequences, TokenizerMode mode) const {
  const bool limited = options_.num_words.value_or(0) > 0;
  if (!limited && state_.word_index.empty()) {
    fail(ErrorCode::bad_state, cat(kWhere, ": set num_words, or call fit_on_texts first"));
  }
  if (mode == "tfidf" && state_.document_count == 0) {
    fail(ErrorCode::bad_state, cat(kWhere, ": 'tfidf' needs texts: call fit_on_texts first"));
  }
  const Index width =
      limited ? *options_.num_words : static_cast<Index>(state_.word_index.size()) + 1;
  Tensor matrix(DType::float32, {sequences.rows(), width});
  each_sequence(sequences, [&](std::size_t row, std::span<const std::int64_t> ids) {
    std::map<Index, double> counts;
    for (const Index id : ids) {
      if (id < 0) {
        fail(ErrorCode::out_of_range,
             cat(kWhere, ": row ", std::uint64_t{row}, ": expected ids from 0, got ", id));
      }
      if (id < width) ++counts[id];
    }
    for (const auto& [id, count] : counts) {
      double value = count;
      if (mode == "binary") value = 1;
      if (mode == "freq") value = count / static_cast<double>(ids.size());
      if (mode == "tfidf") {
        const auto found = state_.index_docs.find(id);
        const Index documents = found == state_.index_docs.end() ? 0 : found->second;
        value = (1 + std::log(count)) * std::log(1 + static_cast<double>(state_.document_count) /
                                                         static_cast<double>(1 + documents));
      }
      matrix.data<float>()[row * static_cast<std::size_t>(width) + static_cast<std::size_t>(id)] =
          static_cast<float>(value);
    }
  });
  return matrix;
}

Tensor Tokenizer::texts_to_matrix(std::span<const std::string> texts, TokenizerMode mode) const {
  return sequences_to_matrix(texts_to_sequences(texts), mode);
}

}  // namespace linnet::inline v0
