// Section: one kind of n-gram of a Vectorizer, and the range of ids that it owns.
#pragma once

#include <linnet/text/rules.hpp>
#include <linnet/text/vocabulary.hpp>
#include <vector>

#include "text/analysis.hpp"

namespace linnet::inline v0 {
namespace detail {

/// The tokens are section 0; rules.features are the sections after it.
struct Section {
  NgramKind kind = "word";
  std::vector<Index> lengths = {};
  bool boundaries = true;
  Index buckets = 0;
  Vocabulary vocabulary = {};  ///< if buckets == 0
  Index first = 0;             ///< the first of its ids
  Index width = 0;             ///< how many ids it owns

  /// The id of an n-gram, or -1: not in the vocabulary.
  Index id_of(std::string_view gram, std::uint64_t hash) const {
    if (buckets == 0) {
      const Index position = vocabulary.find(gram, hash);
      return position < 0 ? -1 : first + position;
    }
    const std::uint64_t bucket = (hash >> 32) * static_cast<std::uint64_t>(buckets) >> 32;
    return first + static_cast<Index>(bucket);
  }
};

/// Calls visit(Piece) for each run of `length` letters among the letters [begin, end).
template <class Visit>
void visit_letters(const PieceText& text, std::size_t begin, std::size_t end, std::size_t length,
                   Visit&& visit) {
  for (std::size_t i = begin; i + length <= end; ++i) {
    visit(Piece{text.letters[i], text.letters[i + length]});
  }
}

/// Calls visit(text, piece) for each n-gram of a section, shorter or longer as its lengths say.
template <class Visit>
void visit_grams(const Section& section, const PieceText& tokens, const PieceText& words,
                 Visit&& visit) {
  for (const Index wanted : section.lengths) {
    const auto length = static_cast<std::size_t>(wanted);
    if (section.kind == "word") {
      const auto& pieces = tokens.pieces;
      for (std::size_t i = 0; i + length <= pieces.size(); ++i) {
        visit(tokens, Piece{pieces[i].begin, pieces[i + length - 1].end});
      }
      continue;
    }
    if (words.pieces.empty()) continue;
    const auto letters = [&](Piece piece) { visit(words, piece); };
    const std::size_t mark = section.boundaries ? 1 : 0;
    const auto& spaces = words.spaces;
    if (section.kind == "char") {
      visit_letters(words, spaces.front() + 1 - mark, spaces.back() + mark, length, letters);
      continue;
    }
    for (std::size_t i = 0; i + 1 < spaces.size(); ++i) {
      visit_letters(words, spaces[i] + 1 - mark, spaces[i + 1] + mark, length, letters);
    }
  }
}

}  // namespace detail
}  // namespace linnet::inline v0
