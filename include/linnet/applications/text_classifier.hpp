// A text classifier from raw text by linnet's own recipe.
#pragma once

#include <linnet/model/sequential.hpp>
#include <linnet/text/rules.hpp>
#include <optional>
#include <span>

namespace linnet::inline v0::applications {

struct TextClassifierOptions {
  /// "zh": tokens are words of ICU's dictionary, beside characters; where linnet was built without
  /// ICU (has_word_dictionary), characters alone.
  std::string language = "en";
  int epochs = 3;
  Index batch_size = 32;
  Index output_dim = 32;    ///< width of the embedding
  float learning_rate = 0;  ///< at the start, falling linearly to 0; 0: 1e-3 sqrt(classes)
  std::uint64_t seed = 0;
  int threads = 0;
  /// How texts become tokens and n-grams, in the place of what `language` stands for; `ragged` is
  /// set anyway. Error: an output_mode other than "int".
  std::optional<TextRules> rules = {};
  std::vector<CallbackHandle> callbacks = {};
};

/// Trains a classifier and gives it back ready to take raw text, its labels known.
/// Features: tokens (lower-cased, punctuation marks included), pairs of tokens, and runs of four
/// characters inside words, or with "zh" runs of one to three characters. English pairs and runs
/// that occur once are left out, unknown ones in any language. The table's rows start at 0; a text
/// is the sum of its rows weighted by ln((1 + N) / df), divided by the root of the sum of the
/// squared weights; then Dense, softmax and Adam. Chosen by cross-validation on training rows of
/// English and Chinese sets. Error: no rows; a different number of texts and labels; fewer than two
/// classes; another language; text that is not UTF-8, naming the row.
LINNET_API Model train_text_classifier(std::span<const std::string> texts,
                                       std::span<const std::string> labels,
                                       const TextClassifierOptions& options = {});

}  // namespace linnet::inline v0::applications
