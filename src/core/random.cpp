#include <cmath>
#include <linnet/core/random.hpp>
#include <numbers>

namespace linnet::inline v0 {

namespace {

/// FNV-1a over the path, then one round of splitmix64 with the seed.
std::uint64_t mix(std::uint64_t seed, std::string_view path) {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (const char c : path) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  h += seed * 0x9e3779b97f4a7c15ull + 0x9e3779b97f4a7c15ull;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ull;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebull;
  return h ^ (h >> 31);
}

float to_uniform(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }

}  // namespace

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_low,
                                    std::uint64_t counter_high) {
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  auto c0 = static_cast<std::uint32_t>(counter_low);
  auto c1 = static_cast<std::uint32_t>(counter_low >> 32);
  auto c2 = static_cast<std::uint32_t>(counter_high);
  auto c3 = static_cast<std::uint32_t>(counter_high >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0;
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view path) : key_(mix(seed, path)) {}

std::uint32_t RandomStream::bits(std::uint64_t position, std::uint64_t block) const {
  return philox(key_, position / 4, block)[position % 4];
}

float RandomStream::uniform(std::uint64_t position, std::uint64_t block) const {
  return to_uniform(bits(position, block));
}

float RandomStream::normal(std::uint64_t position, std::uint64_t block) const {
  const auto words = philox(key_, position / 2, block);
  const std::size_t pair = 2 * (position % 2);
  const float u = 1.0f - to_uniform(words[pair]);  // in (0, 1]
  const float angle = 2.0f * std::numbers::pi_v<float> * to_uniform(words[pair + 1]);
  return std::sqrt(-2.0f * std::log(u)) * std::cos(angle);
}

std::uint64_t RandomStream::below(std::uint64_t n, std::uint64_t position,
                                  std::uint64_t block) const {
  const auto words = philox(key_, position, block);
  return (words[0] * n + ((words[1] * n) >> 32)) >> 32;
}

}  // namespace linnet::inline v0
