// Tokenizer: Keras's former text preprocessing, for models whose ids came from it.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/core/tensor.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace linnet::inline v0 {

namespace detail {
struct TokenizerModeList {
  static constexpr std::string_view kName = "mode";
  static constexpr std::string_view kWords[] = {"binary", "count", "freq", "tfidf"};
};
}  // namespace detail

using TokenizerMode = Choice<detail::TokenizerModeList>;

/// Keras's settings, with its defaults.
struct TokenizerOptions {
  /// Only ids below it are given out, so at most num_words - 1 words; unset or 0: all.
  std::optional<Index> num_words = {};
  std::string filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";  ///< these become `split`
  bool lower = true;
  std::string split = " ";
  bool char_level = false;                    ///< every character is a token; nothing is filtered
  std::optional<std::string> oov_token = {};  ///< id 1, and what unknown words become
};

/// The words of a text: in lower case, without the filters' characters, parted at `split`.
/// Error: invalid_argument: not UTF-8, an empty `split`.
LINNET_API std::vector<std::string> text_to_word_sequence(std::string_view text,
                                                          const TokenizerOptions& options = {});

/// What a Tokenizer has learnt.
struct TokenizerState {
  std::vector<std::pair<std::string, Index>> word_counts = {};  ///< in order of first occurrence
  std::unordered_map<std::string, Index> word_docs = {};        ///< texts with that word
  std::map<Index, Index> index_docs = {};                       ///< the same by id
  std::vector<std::pair<std::string, Index>> word_index = {};   ///< ids from 1, by falling count
  Index document_count = 0;
};

/// Words and the ids that they get by frequency, as Keras's Tokenizer, number for number (of
/// str.lower's rules those that depend on neighbours are left out). Texts must be UTF-8; a text may
/// also come as a list of tokens, which are put into lower case and else taken as they are.
/// io/tokenizer_json.hpp reads and writes Keras's JSON. Const functions may run in many threads.
class LINNET_API Tokenizer {
 public:
  using Tokens = std::vector<std::string>;

  /// Error: invalid_argument: num_words below 0, an empty split, options that are not UTF-8.
  explicit Tokenizer(TokenizerOptions options = {}, TokenizerState state = {});

  const TokenizerOptions& options() const { return options_; }
  const TokenizerState& state() const { return state_; }
  /// The id of a word, whatever num_words says, or -1.
  Index find(const std::string& word) const;

  /// Counts words; what was counted before stays. Error: not UTF-8, naming the row.
  void fit_on_texts(std::span<const std::string> texts);
  void fit_on_texts(std::span<const Tokens> texts);
  /// Counts documents by id, which "tfidf" needs.
  void fit_on_sequences(const Ragged& sequences);

  /// Ids, int32. Words that have none are left out, or are oov_token.
  Ragged texts_to_sequences(std::span<const std::string> texts) const;
  Ragged texts_to_sequences(std::span<const Tokens> texts) const;
  /// Words with a space between them.
  std::vector<std::string> sequences_to_texts(const Ragged& sequences) const;
  /// float32 (rows, num_words), or one more than there are words: 1, how often the id occurs, that
  /// divided by the length of the row, or (1 + ln count) ln(1 + documents / (1 + those with it)).
  /// Error: bad_state: neither num_words nor words; "tfidf" without documents; out_of_range: an id
  /// below 0.
  Tensor sequences_to_matrix(const Ragged& sequences, TokenizerMode mode = "binary") const;
  Tensor texts_to_matrix(std::span<const std::string> texts, TokenizerMode mode = "binary") const;

 private:
  Tokens tokens_of(const std::string& text) const;
  Tokens tokens_of(const Tokens& text) const;
  void count(const Tokens& tokens);
  void number();
  bool limits(Index id) const {
    return options_.num_words.value_or(0) > 0 && id >= *options_.num_words;
  }
  template <class Text>
  void fit(std::span<const Text> texts);
  template <class Text>
  Ragged ids(std::span<const Text> texts) const;

  TokenizerOptions options_;
  TokenizerState state_;
  std::unordered_map<std::string, std::size_t> counted_;  ///< position in word_counts
  std::unordered_map<std::string, Index> ids_;
  std::unordered_map<Index, std::string> words_;  ///< by id
};

}  // namespace linnet::inline v0
