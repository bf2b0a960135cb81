#include "text/token_counts.hpp"

#include <algorithm>

namespace linnet::inline v0 {
namespace detail {

Vocabulary TokenCounts::top(Index most, Index least) const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].count >= least && !seen_[i].empty() && seen_[i] != "[UNK]") order.push_back(i);
  }
  const auto before = [&](std::size_t a, std::size_t b) {
    if (entries_[a].count != entries_[b].count) return entries_[a].count > entries_[b].count;
    return seen_[a] > seen_[b];
  };
  const auto kept = std::min(order.size(), static_cast<std::size_t>(most));
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(kept);
  std::nth_element(order.begin(), middle, order.end(), before);
  std::sort(order.begin(), middle, before);
  Vocabulary vocabulary;
  for (auto i = order.begin(); i != middle; ++i) vocabulary.insert(seen_[*i]);
  return vocabulary;
}

}  // namespace detail
}  // namespace linnet::inline v0
