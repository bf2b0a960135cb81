#include "io/hdf5/checksums.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace linnet::inline v0::detail::hdf5 {

namespace {

using State = std::array<std::uint32_t, 3>;

void mix(State& s) {
  constexpr std::array<int, 6> kTurns{4, 6, 8, 16, 19, 4};
  for (std::size_t i = 0; i < kTurns.size(); ++i) {
    // a -= c; a ^= rot(c, turn); c += b; then the same with the three names moved on.
    std::uint32_t& a = s[i % 3];
    std::uint32_t& b = s[(i + 1) % 3];
    std::uint32_t& c = s[(i + 2) % 3];
    a -= c;
    a ^= std::rotl(c, kTurns[i]);
    c += b;
  }
}

void finish(State& s) {
  constexpr std::array<int, 7> kTurns{14, 11, 25, 16, 4, 14, 24};
  for (std::size_t i = 0; i < kTurns.size(); ++i) {
    // c ^= b; c -= rot(b, turn); then the same for a, b, c, ...
    std::uint32_t& target = s[(i + 2) % 3];
    const std::uint32_t source = s[(i + 1) % 3];
    target ^= source;
    target -= std::rotl(source, kTurns[i]);
  }
}

}  // namespace

std::uint32_t lookup3(Bytes bytes) {
  constexpr std::size_t kBlock = 12;
  State state;
  state.fill(0xDEADBEEF + static_cast<std::uint32_t>(bytes.size()));
  const auto add = [&](Bytes block) {
    for (std::size_t i = 0; i < 3 && 4 * i < block.size(); ++i) {
      const Bytes word = block.subspan(4 * i, std::min<std::size_t>(4, block.size() - 4 * i));
      state[i] += static_cast<std::uint32_t>(number_of(word));
    }
  };
  while (bytes.size() > kBlock) {
    add(bytes.first(kBlock));
    mix(state);
    bytes = bytes.subspan(kBlock);
  }
  if (bytes.empty()) return state[2];
  add(bytes);
  finish(state);
  return state[2];
}

std::uint32_t fletcher32(Bytes bytes) {
  std::uint32_t sum1 = 0;
  std::uint32_t sum2 = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + 1]) : 0;
    sum1 += high << 8 | low;
    sum1 = (sum1 & 0xFFFF) + (sum1 >> 16);
    sum2 += sum1;
    sum2 = (sum2 & 0xFFFF) + (sum2 >> 16);
  }
  return sum2 << 16 | sum1;
}

}  // namespace linnet::inline v0::detail::hdf5
