// TextAnalysis: one text standardized and split, in buffers that are used again for the next one.
#pragma once

#include <array>
#include <cstdint>
#include <linnet/text/rules.hpp>
#include <linnet/text/vocabulary.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {
namespace detail {

/// Positions [begin, end).
struct Piece {
  std::uint32_t begin = 0, end = 0;
};

/// kHashBase^i mod 2^64.
inline constexpr std::array<std::uint64_t, 64> kHashPowers = [] {
  std::array<std::uint64_t, 64> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kHashBase;
  return powers;
}();
/// The same for any exponent.
std::uint64_t hash_power(std::uint32_t exponent);

/// Pieces of text with one space between any two, so that a run of pieces is a run of bytes; with
/// the rolling hash of every prefix, so that the hash of any run of bytes costs one product.
struct PieceText {
  std::string bytes;
  std::vector<Piece> pieces;           ///< byte positions
  std::vector<std::uint64_t> prefix;   ///< prefix[i]: rolling hash of bytes [0, i)
  std::vector<std::uint32_t> letters;  ///< byte position of each character, then the end
  std::vector<std::uint32_t> spaces;   ///< index in `letters` of each space between pieces

  void clear();
  void add(std::string_view piece);
  void hash_prefixes();
  void find_letters();
  std::string_view view(Piece piece) const {
    return std::string_view(bytes).substr(piece.begin, piece.end - piece.begin);
  }
  /// detail::hash_of(view(piece)).
  std::uint64_t hash(Piece piece) const {
    const std::uint32_t size = piece.end - piece.begin;
    const std::uint64_t power = size < kHashPowers.size() ? kHashPowers[size] : hash_power(size);
    return spread(prefix[piece.end] - prefix[piece.begin] * power);
  }
};

/// What TextRules say about one text; made once per Vectorizer.
class TextAnalyzer {
 public:
  explicit TextAnalyzer(const TextRules& rules);

  struct Buffers {
    std::string standard;
    PieceText tokens;  ///< " token token "; what `split` makes
    PieceText words;   ///< " word word "; parted at white space (unused if tokens are the same)
  };

  /// Fills the buffers. Error: text that is not UTF-8, or longer than 1 GiB.
  void analyze(std::string_view text, Buffers& buffers) const;
  /// The words between white space of what analyze() last saw.
  const PieceText& words(const Buffers& buffers) const {
    return tokens_are_words_ ? buffers.tokens : buffers.words;
  }

 private:
  void standardize(std::string_view text, std::string& standard) const;
  void standardize_unicode(std::string_view text, std::string& standard) const;
  void part_at_space(std::string_view text, bool unicode, PieceText& out) const;
  void part_characters(std::string_view text, PieceText& out) const;
  void part_words(std::string_view text, PieceText& out) const;
  void part_by_dictionary(std::string_view text, PieceText& out) const;

  std::array<std::int16_t, 128> ascii_;  ///< what becomes of a byte; -1: left out
  Split split_;
  bool unicode_;
  bool changes_;  ///< standardizing changes anything
  bool lowers_;
  bool strips_;
  bool tokens_are_words_;
  bool needs_letters_;  ///< there are features of characters
};

}  // namespace detail
}  // namespace linnet::inline v0
