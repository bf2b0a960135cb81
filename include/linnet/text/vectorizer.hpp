// Vectorizer: turns texts into ids by TextRules and what adapt() has learnt.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/text/rules.hpp>
#include <linnet/text/vocabulary.hpp>
#include <memory>
#include <span>
#include <utility>

namespace linnet::inline v0 {

/// Named tensors that are saved beside a Config: vocabularies (string), weights (float32).
using TextAssets = std::vector<std::pair<std::string, Tensor>>;

/// Texts in, ids out. With output_mode "int" the ids are: 0 padding, 1 "[UNK]", the tokens of the
/// vocabulary (or the buckets they are hashed into), then the n-grams of each of rules.features.
/// In the other modes there is no padding, and "[UNK]" is 0.
///
/// Texts must be UTF-8 (Error: invalid_argument, names row and byte). An empty text is an empty
/// row.
/// A Vectorizer is a handle to something that never changes: copies are cheap; adapt() and
/// set_vocabulary() give this handle something new. All const functions may be called from many
/// threads at once.
class LINNET_API Vectorizer {
 public:
  Vectorizer() : Vectorizer(TextRules{}) {}
  /// Error: rules that make no sense (TextRules::check), a vocabulary with a token twice.
  explicit Vectorizer(TextRules rules);

  const TextRules& rules() const;

  /// Learns the vocabularies (and for "tf_idf" the document frequencies) of these texts, as Keras
  /// orders them: by falling count, ties by falling token. Replaces what was learnt before; a given
  /// vocabulary stays. Error: no texts.
  void adapt(std::span<const std::string> texts);
  /// The same for texts that come one by one: `next` fills its argument, or returns false.
  void adapt(const std::function<bool(std::string&)>& next);
  /// True if nothing that the rules need is left to learn.
  bool ready() const;

  /// The number of ids: Embedding's input_dim, or the width of matrix().
  /// Error (this and all below): bad_state: not ready.
  Index id_count() const;
  /// The vocabulary of the tokens without the reserved ones, empty if they are hashed.
  const Vocabulary& vocabulary() const;
  /// As Keras's get_vocabulary: position = id, the reserved tokens included.
  std::vector<std::string> get_vocabulary() const;
  /// What an id stands for: its token, or its feature and bucket ("char_wb bucket 17").
  std::string describe(Index id) const;

  /// Padded rows, int32 (n, output_sequence_length), or up to the longest row if that is unset.
  Tensor ids(std::span<const std::string> texts) const;
  /// Rows without padding, int32 values; cut at output_sequence_length if that is set.
  Ragged ragged(std::span<const std::string> texts) const;
  /// float32 (n, id_count()) by output_mode "multi_hot", "count" or "tf_idf".
  /// Error: bad_state: the mode is "int".
  Tensor matrix(std::span<const std::string> texts) const;
  /// The ids of one text, neither padded nor allocated anew: `out` is cleared and filled.
  void ids_of(std::string_view text, std::vector<std::int32_t>& out) const;
  /// The tokens of one text after standardize, split and ngrams. Needs no adapt().
  std::vector<std::string> tokens_of(std::string_view text) const;

  /// The rules, the vocabulary left out.
  Config config() const;
  /// What was given or learnt: "vocabulary", "features/0", ..., "idf_weights".
  TextAssets assets() const;
  /// The Vectorizer that config() and assets() describe.
  /// Error: corrupt_file: an asset that is missing, not known, or of another dtype or size.
  static Vectorizer from_config(const Config& config, const TextAssets& assets);

 private:
  struct State;
  explicit Vectorizer(std::shared_ptr<const State> state);
  const State& learnt() const;

  std::shared_ptr<const State> state_;
};

}  // namespace linnet::inline v0
