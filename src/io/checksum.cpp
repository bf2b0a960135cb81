#include <algorithm>
#include <bit>
#include <cstring>
#include <linnet/io/checksum.hpp>
#include <string_view>

namespace linnet::inline v0 {

namespace {

// Names, constants and steps are those of the specification.
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ull;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ull;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ull;
constexpr std::size_t kStripe = 32;

using Lanes = std::array<std::uint64_t, 4>;

static_assert(std::endian::native == std::endian::little, "load() reads as the host does");

/// The little-endian number at `p`.
template <class T>
T load(const std::byte* p) {
  T value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}

/// Consumes whole stripes; the bytes left over begin at the pointer returned.
const std::byte* consume(Lanes& lanes, const std::byte* p, std::size_t count) {
  auto [a, b, c, d] = lanes;
  for (; count >= kStripe; count -= kStripe, p += kStripe) {
    a = round(a, load<std::uint64_t>(p));
    b = round(b, load<std::uint64_t>(p + 8));
    c = round(c, load<std::uint64_t>(p + 16));
    d = round(d, load<std::uint64_t>(p + 24));
  }
  lanes = {a, b, c, d};
  return p;
}

}  // namespace

Xxh64::Xxh64(std::uint64_t seed)
    : lanes_{seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1}, seed_(seed) {}

void Xxh64::update(std::span<const std::byte> bytes) {
  const std::byte* p = bytes.data();
  const std::byte* const end = p + bytes.size();
  const std::size_t kept = length_ % kStripe;
  length_ += bytes.size();
  if (kept > 0) {
    const std::size_t taken = std::min(kStripe - kept, bytes.size());
    std::copy_n(p, taken, rest_.data() + kept);
    p += taken;
    if (kept + taken < kStripe) return;
    consume(lanes_, rest_.data(), kStripe);
  }
  p = consume(lanes_, p, static_cast<std::size_t>(end - p));
  std::copy(p, end, rest_.data());
}

std::uint64_t Xxh64::digest() const {
  std::uint64_t hash = seed_ + kPrime5;
  if (length_ >= kStripe) {
    const auto [a, b, c, d] = lanes_;
    hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (const std::uint64_t lane : lanes_) hash = merge(hash, lane);
  }
  hash += length_;
  const std::byte* p = rest_.data();
  const std::byte* const end = p + length_ % kStripe;
  for (; end - p >= 8; p += 8) {
    hash = std::rotl(hash ^ round(0, load<std::uint64_t>(p)), 27) * kPrime1 + kPrime4;
  }
  for (; end - p >= 4; p += 4) {
    hash = std::rotl(hash ^ (load<std::uint32_t>(p) * kPrime1), 23) * kPrime2 + kPrime3;
  }
  for (; p < end; ++p) {
    hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(*p) * kPrime5), 11) * kPrime1;
  }
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed) {
  Xxh64 hash(seed);
  hash.update(bytes);
  return hash.digest();
}

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 15];
  return text;
}

}  // namespace linnet::inline v0
