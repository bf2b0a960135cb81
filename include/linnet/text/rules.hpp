// TextRules: how a text becomes ids. Keras's TextVectorization settings, and n-gram features.
#pragma once

#include <initializer_list>
#include <linnet/core/choice.hpp>
#include <linnet/core/fields.hpp>
#include <optional>
#include <string>
#include <vector>

namespace linnet::inline v0 {

namespace detail {
struct StandardizeList {
  static constexpr std::string_view kName = "standardize";
  static constexpr std::string_view kWords[] = {"none", "lower", "strip_punctuation",
                                                "lower_and_strip_punctuation"};
};
struct SplitList {
  static constexpr std::string_view kName = "split";
  static constexpr std::string_view kWords[] = {"none", "whitespace", "character", "words",
                                                "dictionary"};
};
struct TextOutputList {
  static constexpr std::string_view kName = "output_mode";
  static constexpr std::string_view kWords[] = {"int", "multi_hot", "count", "tf_idf"};
};
struct OovList {
  static constexpr std::string_view kName = "oov";
  static constexpr std::string_view kWords[] = {"unk", "drop", "error"};
};
struct NgramKindList {
  static constexpr std::string_view kName = "kind";
  static constexpr std::string_view kWords[] = {"word", "char", "char_wb"};
};
}  // namespace detail

using Standardize = Choice<detail::StandardizeList>;
using Split = Choice<detail::SplitList>;
using TextOutput = Choice<detail::TextOutputList>;
using Oov = Choice<detail::OovList>;
using NgramKind = Choice<detail::NgramKindList>;

/// Lengths of n-grams, in the order in which they are put out. As in Keras, 3 means 1, 2 and 3,
/// and {3} means 3 alone; empty (Keras's None) means single tokens.
class LINNET_API NgramLengths {
 public:
  NgramLengths() = default;
  NgramLengths(int longest);
  NgramLengths(std::initializer_list<Index> lengths) : lengths_(lengths) {}

  /// The lengths, at least one.
  std::vector<Index> list() const;
  Config to_config() const;
  static NgramLengths from_config(const Config& config);
  friend bool operator==(const NgramLengths&, const NgramLengths&) = default;

 private:
  std::vector<Index> lengths_;
  bool up_to_ = false;
};

/// One more kind of feature beside the tokens. Its ids follow those of the features before it, and
/// in a row they stand after theirs.
struct Ngrams {
  /// "word": runs of tokens, as in TextRules::ngrams. "char": runs of characters of the whole text.
  /// "char_wb": runs of characters inside each word (what stands between white space).
  NgramKind kind = "char_wb";
  NgramLengths ngrams = {3, 4, 5};  ///< in tokens or characters
  /// Ids to hash into. 0: the n-grams seen by adapt() make a vocabulary; others are left out.
  Index buckets = 0;
  std::optional<Index> max_tokens = {};  ///< the largest vocabulary, the most frequent first
  Index min_count = 1;                   ///< rarer n-grams stay out of the vocabulary
  /// Character n-grams: the ends of the text ("char") or word ("char_wb") are marked by a space,
  /// which counts as a character.
  bool boundaries = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("kind", self.kind);
    field("ngrams", self.ngrams);
    field("buckets", self.buckets);
    field("max_tokens", self.max_tokens);
    field("min_count", self.min_count);
    field("boundaries", self.boundaries);
  }
  Config to_config() const { return config_of(*this); }
  static Ngrams from_config(const Config& config) { return from_fields<Ngrams>(config, "Ngrams"); }
  friend bool operator==(const Ngrams&, const Ngrams&) = default;
};

/// A list of Ngrams that can be a field.
class LINNET_API FeatureList {
 public:
  FeatureList() = default;
  FeatureList(std::initializer_list<Ngrams> list) : list_(list) {}
  FeatureList(std::vector<Ngrams> list) : list_(std::move(list)) {}

  const std::vector<Ngrams>& list() const { return list_; }
  bool empty() const { return list_.empty(); }
  Config to_config() const;
  static FeatureList from_config(const Config& config);
  friend bool operator==(const FeatureList&, const FeatureList&) = default;

 private:
  std::vector<Ngrams> list_;
};

/// True if linnet was built with ICU (LINNET_WITH_ICU), whose dictionaries part text into words
/// where it has no spaces: Split "dictionary". Another version of ICU may know other words.
LINNET_API bool has_word_dictionary();

/// The settings of a Vectorizer. Those down to idf_weights are TextVectorization's, with its
/// defaults and meaning; an empty vocabulary stands for Keras's None. The rest are linnet's own and
/// change nothing unless they are set.
struct TextRules {
  /// The most ids that tokens get, the reserved ones included ("int": "" = 0 and "[UNK]" = 1;
  /// other modes: "[UNK]" = 0). Unset: no limit.
  std::optional<Index> max_tokens = {};
  Standardize standardize = "lower_and_strip_punctuation";
  /// Beside Keras's: "words" parts at Unicode white space and makes each punctuation mark and each
  /// Han, Hiragana or Katakana character a token, so mixed Chinese and English text works.
  /// "dictionary" does the same, but parts Chinese, Japanese, Thai, Lao, Khmer and Burmese into
  /// words by ICU's dictionaries; Error: unsupported: they are not there (has_word_dictionary).
  Split split = "whitespace";
  NgramLengths ngrams = {};
  TextOutput output_mode = "int";
  std::optional<Index> output_sequence_length = {};  ///< rows are cut or padded with 0 at their end
  bool pad_to_max_tokens = false;
  bool ragged = false;
  std::vector<std::string> vocabulary = {};  ///< given, so that adapt() learns none
  std::vector<float> idf_weights = {};       ///< of the given vocabulary, for "tf_idf"

  /// Lower-casing, punctuation and white space cover all of Unicode. false: ASCII only, which is
  /// what Keras does.
  bool unicode = false;
  /// A token outside the vocabulary becomes [UNK], is left out, or is an Error that names it.
  Oov oov = "unk";
  Index min_count = 1;  ///< rarer tokens stay out of the vocabulary that adapt() learns
  /// Tokens are hashed into this many ids, without a vocabulary. 0: looked up.
  Index buckets = 0;
  FeatureList features = {};

  static void fields(auto& self, FieldVisitor& field) {
    field("max_tokens", self.max_tokens);
    field("standardize", self.standardize);
    field("split", self.split);
    field("ngrams", self.ngrams);
    field("output_mode", self.output_mode);
    field("output_sequence_length", self.output_sequence_length);
    field("pad_to_max_tokens", self.pad_to_max_tokens);
    field("ragged", self.ragged);
    field("vocabulary", self.vocabulary);
    field("idf_weights", self.idf_weights);
    field("unicode", self.unicode);
    field("oov", self.oov);
    field("min_count", self.min_count);
    field("buckets", self.buckets);
    field("features", self.features);
  }
  Config to_config() const { return config_of(*this); }
  static TextRules from_config(const Config& config) {
    return from_fields<TextRules>(config, "TextRules");
  }
  /// Throws if settings make no sense or contradict each other. Error: invalid_argument.
  LINNET_API void check() const;

  friend bool operator==(const TextRules&, const TextRules&) = default;
};

}  // namespace linnet::inline v0
