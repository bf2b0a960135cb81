// Random numbers by counter: the n-th number of a stream is a pure function of
// its key and n.
#pragma once

#include <array>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <string_view>

namespace linnet::inline v0 {

/// Philox4x32-10 (Salmon et al., 2011): four words of 32 bits for each counter
/// of 128 bits.
LINNET_API std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_low,
                                               std::uint64_t counter_high);

/// A stream of random numbers named by a seed and a path ("dense_1/kernel").
/// Numbers are asked for by position, in any order and from any thread; the
/// same question has the same answer.
class LINNET_API RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view path);
  explicit RandomStream(std::uint64_t key) : key_(key) {}

  std::uint64_t key() const { return key_; }
  /// 32 random bits at (block, position).
  std::uint32_t bits(std::uint64_t position, std::uint64_t block = 0) const;
  /// Uniform in [0, 1), 24 bits.
  float uniform(std::uint64_t position, std::uint64_t block = 0) const;
  /// Standard normal (Box-Muller on two uniforms of the same counter).
  float normal(std::uint64_t position, std::uint64_t block = 0) const;
  /// Uniform in [0, n), without bias worth naming (n < 2^32).
  std::uint64_t below(std::uint64_t n, std::uint64_t position, std::uint64_t block = 0) const;

 private:
  std::uint64_t key_;
};

}  // namespace linnet::inline v0
