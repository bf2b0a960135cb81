#include <limits>
#include <linnet/text/vocabulary.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Vocabulary::Vocabulary(std::span<const std::string> tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Index position = insert(tokens[i]);
    if (position != static_cast<Index>(i)) {
      fail(ErrorCode::invalid_argument, cat("Vocabulary: '", tokens[i], "' occurs twice, at ",
                                            position, " and ", std::uint64_t{i}));
    }
  }
}

std::string_view Vocabulary::at(Index position) const {
  if (position < 0 || position >= size()) {
    fail(ErrorCode::out_of_range,
         cat("Vocabulary: expected a position below ", size(), ", got ", position));
  }
  return (*this)[static_cast<std::size_t>(position)];
}

std::vector<std::string> Vocabulary::tokens() const {
  std::vector<std::string> list;
  list.reserve(ends_.size());
  for (std::size_t i = 0; i < ends_.size(); ++i) list.emplace_back((*this)[i]);
  return list;
}

Index Vocabulary::insert(std::string_view token, std::uint64_t hash) {
  if (2 * (ends_.size() + 1) > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t i = hash & mask;
  for (; slots_[i].number != 0; i = (i + 1) & mask) {
    if (slots_[i].tag == tag && (*this)[slots_[i].number - 1] == token) {
      return Index{slots_[i].number} - 1;
    }
  }
  if (token.size() > std::numeric_limits<std::uint32_t>::max() - bytes_.size()) {
    fail(ErrorCode::invalid_argument, "Vocabulary: more than 4 GiB of tokens");
  }
  bytes_.append(token);
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  slots_[i] = {tag, static_cast<std::uint32_t>(ends_.size())};
  return size() - 1;
}

void Vocabulary::grow() {
  slots_.assign(slots_.empty() ? 16 : 2 * slots_.size(), Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t number = 1; number <= ends_.size(); ++number) {
    const std::uint64_t hash = detail::hash_of((*this)[number - 1]);
    std::size_t i = hash & mask;
    while (slots_[i].number != 0) i = (i + 1) & mask;
    slots_[i] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(number)};
  }
}

}  // namespace linnet::inline v0
