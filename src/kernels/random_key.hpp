// random_key: which stream of random numbers a random op draws from.
#pragma once

#include <cstdint>

namespace linnet::inline v0 {

/// A Philox key from an op's key and the seed, mixed by splitmix64; the step is the counter's upper
/// half, the element number its lower.
inline std::uint64_t random_key(std::uint64_t op_key, std::int64_t seed) {
  std::uint64_t h = op_key + static_cast<std::uint64_t>(seed) * 0x9e3779b97f4a7c15ull;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ull;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebull;
  return h ^ (h >> 31);
}

/// What dropout multiplies a kept element by.
inline float keep_scale(float rate) { return rate < 1 ? 1 / (1 - rate) : 0; }

}  // namespace linnet::inline v0
