// HashSalt: the key of a hash.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <vector>

namespace linnet::inline v0 {

/// None, one number for both halves of the key, or two.
class HashSalt {
 public:
  HashSalt() = default;
  HashSalt(Index both) : halves_{both, both} {}
  HashSalt(Index first, Index second) : halves_{first, second} {}

  /// Empty, or two numbers.
  const std::vector<Index>& halves() const { return halves_; }

  LINNET_API Config to_config() const;
  LINNET_API static HashSalt from_config(const Config& config);

 private:
  std::vector<Index> halves_;
};

}  // namespace linnet::inline v0
