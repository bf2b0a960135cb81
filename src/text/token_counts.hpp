// TokenCounts: how often each token occurs, and in how many documents.
#pragma once

#include <linnet/text/vocabulary.hpp>
#include <vector>

namespace linnet::inline v0 {
namespace detail {

class TokenCounts {
 public:
  /// One occurrence in document `row`; rows come in rising order from 0.
  void add(std::string_view token, std::uint64_t hash, Index row) {
    const auto position = static_cast<std::size_t>(seen_.insert(token, hash));
    if (position == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[position];
    ++entry.count;
    if (entry.last_row != row) ++entry.documents;
    entry.last_row = row;
  }

  /// The tokens by falling count, ties by falling token (as numpy's lexsort, reversed, that Keras
  /// uses). Left out: "" and "[UNK]", tokens rarer than `least`, and what exceeds `most`.
  Vocabulary top(Index most, Index least) const;
  /// In how many documents the token occurs.
  Index documents(std::string_view token) const {
    const Index position = seen_.find(token);
    return position < 0 ? 0 : entries_[static_cast<std::size_t>(position)].documents;
  }

 private:
  struct Entry {
    Index count = 0, documents = 0, last_row = -1;
  };
  Vocabulary seen_;
  std::vector<Entry> entries_;  ///< by position in seen_
};

}  // namespace detail
}  // namespace linnet::inline v0
