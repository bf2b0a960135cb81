// Vocabulary: a list of distinct strings, each found by its text or by its position.
#pragma once

#include <cstdint>
#include <linnet/core/shape.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

namespace detail {

/// The base of the rolling hash of a text, sum of (byte + 1) * base^(bytes after it) mod 2^64.
/// Saved models depend on it: it never changes.
inline constexpr std::uint64_t kHashBase = 0x9FB21C651E98DF25ull;

inline std::uint64_t roll(std::uint64_t hash, char c) {
  return hash * kHashBase + static_cast<unsigned char>(c) + 1;
}

/// Spreads a rolling hash over all bits; its upper half chooses a bucket.
inline std::uint64_t spread(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0xD6E8FEB86659FD93ull;
  return hash ^ hash >> 32;
}

/// The hash of a whole string: spread(roll(...)).
inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = roll(hash, c);
  return spread(hash);
}

}  // namespace detail

/// Distinct strings in a fixed order. Looking up costs one hash and about one comparison, and
/// allocates nothing; the strings lie in one block of memory (at most 4 GiB).
class LINNET_API Vocabulary {
 public:
  Vocabulary() = default;
  /// Error: invalid_argument: a string that occurs twice (both positions are named).
  explicit Vocabulary(std::span<const std::string> tokens);

  Index size() const { return static_cast<Index>(ends_.size()); }
  bool empty() const { return ends_.empty(); }

  /// The position of `token`, or -1.
  Index find(std::string_view token) const { return find(token, detail::hash_of(token)); }
  /// The same with detail::hash_of(token) known.
  Index find(std::string_view token, std::uint64_t hash) const {
    if (slots_.empty()) return -1;
    const std::size_t mask = slots_.size() - 1;
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t i = hash & mask; slots_[i].number != 0; i = (i + 1) & mask) {
      if (slots_[i].tag == tag && (*this)[slots_[i].number - 1] == token) {
        return Index{slots_[i].number} - 1;
      }
    }
    return -1;
  }

  /// The token at `position`, which lies in [0, size()).
  std::string_view operator[](std::size_t position) const {
    const std::size_t begin = position == 0 ? 0 : ends_[position - 1];
    return std::string_view(bytes_).substr(begin, ends_[position] - begin);
  }
  /// The token at `position`. Error: out of range.
  std::string_view at(Index position) const;
  std::vector<std::string> tokens() const;

  /// Adds a token and gives its position, or the position that it already has.
  Index insert(std::string_view token) { return insert(token, detail::hash_of(token)); }
  Index insert(std::string_view token, std::uint64_t hash);

  friend bool operator==(const Vocabulary& a, const Vocabulary& b) {
    return a.bytes_ == b.bytes_ && a.ends_ == b.ends_;
  }

 private:
  /// A place of the open-addressing table: number is the position + 1, 0 if the place is free.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;
  };
  void grow();

  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::vector<Slot> slots_;  ///< a power of two, at most half full
};

}  // namespace linnet::inline v0
