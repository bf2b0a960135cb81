#include "core/fingerprint.hpp"

#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

namespace linnet::inline v0::detail {

namespace {

using U64 = std::uint64_t;

constexpr U64 kMul0 = 0xC3A5C85C97CB3127, kMul1 = 0xB492B66FBE98F273, kMul2 = 0x9AE16A3B2F90404F;

/// The next eight (four) bytes, the lowest first.
template <class T>
U64 fetch(const char* s) {
  T value = 0;
  for (std::size_t i = sizeof(T); i > 0; --i) {
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(s[i - 1]));
  }
  return value;
}
U64 word(const char* s) { return fetch<std::uint64_t>(s); }

U64 turned(U64 x, int bits) { return std::rotr(x, bits); }
U64 mixed(U64 x) { return x ^ x >> 47; }

U64 hash_of_two(U64 u, U64 v, U64 mul) {
  const U64 a = mixed((u ^ v) * mul);
  return mixed((v ^ a) * mul) * mul;
}

U64 up_to_16(const char* s, U64 n) {
  const U64 mul = kMul2 + n * 2;
  if (n >= 8) {
    const U64 a = word(s) + kMul2, b = word(s + n - 8);
    return hash_of_two(turned(b, 37) * mul + a, (turned(a, 25) + b) * mul, mul);
  }
  if (n >= 4) {
    return hash_of_two(n + (fetch<std::uint32_t>(s) << 3), fetch<std::uint32_t>(s + n - 4), mul);
  }
  if (n == 0) return kMul2;
  const auto byte = [s](U64 i) { return U64{static_cast<unsigned char>(s[i])}; };
  const U64 y = byte(0) + (byte(n >> 1) << 8), z = n + (byte(n - 1) << 2);
  return mixed(y * kMul2 ^ z * kMul0) * kMul2;
}

U64 up_to_32(const char* s, U64 n) {
  const U64 mul = kMul2 + n * 2;
  const U64 a = word(s) * kMul1, b = word(s + 8), c = word(s + n - 8) * mul;
  const U64 d = word(s + n - 16) * kMul2;
  return hash_of_two(turned(a + b, 43) + turned(c, 30) + d, a + turned(b + kMul2, 18) + c, mul);
}

U64 up_to_64(const char* s, U64 n) {
  const U64 mul = kMul2 + n * 2;
  const U64 a = word(s) * kMul2, b = word(s + 8), c = word(s + n - 8) * mul;
  const U64 d = word(s + n - 16) * kMul2;
  const U64 y = turned(a + b, 43) + turned(c, 30) + d;
  const U64 z = hash_of_two(y, a + turned(b + kMul2, 18) + c, mul);
  const U64 e = word(s + 16) * mul, f = word(s + 24);
  const U64 g = (y + word(s + n - 32)) * mul, h = (z + word(s + n - 24)) * mul;
  return hash_of_two(turned(e + f, 43) + turned(g, 30) + h, e + turned(f + a, 18) + g, mul);
}

/// 56 bytes of state that take in 64 bytes of text at a time.
struct LongHash {
  U64 x = 81 * kMul2, y = 81 * kMul1 + 113, z = mixed(y * kMul2 + 113) * kMul2;
  std::pair<U64, U64> v = {0, 0}, w = {0, 0};

  static std::pair<U64, U64> weak(const char* s, U64 a, U64 b) {
    a += word(s);
    b = turned(b + a + word(s + 24), 21);
    const U64 c = a;
    a += word(s + 8) + word(s + 16);
    b += turned(a, 44);
    return {a + word(s + 24), b + c};
  }
  /// `by` is 1 but for the last block, which is multiplied differently.
  void take(const char* s, U64 mul, U64 by) {
    x = turned(x + y + v.first + word(s + 8), 37) * mul;
    y = turned(y + v.second + word(s + 48), 42) * mul;
    x ^= w.second * by;
    y += v.first * by + word(s + 40);
    z = turned(z + w.first, 33) * mul;
    v = weak(s, v.second * mul, x + w.first);
    w = weak(s + 32, z + w.second, y + word(s + 16));
    std::swap(z, x);
  }
  U64 end(const char* last, U64 rest) {
    const U64 mul = kMul1 + ((z & 0xFF) << 1);
    w.first += rest;
    v.first += w.first;
    w.first += v.first;
    take(last, mul, 9);
    return hash_of_two(hash_of_two(v.first, w.first, mul) + mixed(y) * kMul0 + z,
                       hash_of_two(v.second, w.second, mul) + x, mul);
  }
};

struct SipState {
  U64 v0, v1, v2, v3;

  SipState(U64 a, U64 b)
      : v0(a ^ 0x736F6D6570736575),
        v1(b ^ 0x646F72616E646F6D),
        v2(a ^ 0x6C7967656E657261),
        v3(b ^ 0x7465646279746573) {}

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void take(U64 m) {
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  }
  U64 end() {
    v2 ^= 0xFF;
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

std::uint64_t fingerprint64(std::string_view text) {
  const char* s = text.data();
  const U64 n = text.size();
  if (n <= 16) return up_to_16(s, n);
  if (n <= 32) return up_to_32(s, n);
  if (n <= 64) return up_to_64(s, n);
  LongHash hash;
  hash.x += word(s);
  const U64 rest = (n - 1) % 64;
  for (const char* const end = s + (n - 1) / 64 * 64; s != end; s += 64) hash.take(s, kMul1, 1);
  return hash.end(s + rest - 63, rest);
}

std::uint64_t siphash(std::string_view text, std::uint64_t key0, std::uint64_t key1) {
  SipState state(key0, key1);
  const std::size_t whole = text.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) state.take(word(text.data() + i));
  char last[8] = {};
  std::memcpy(last, text.data() + whole, text.size() - whole);
  last[7] = static_cast<char>(text.size());
  state.take(word(last));
  return state.end();
}

Index hash_bucket(std::string_view text, Index buckets, std::span<const Index> salt) {
  const U64 hash = salt.empty()
                       ? fingerprint64(text)
                       : siphash(text, static_cast<U64>(salt[0]), static_cast<U64>(salt[1]));
  return static_cast<Index>(hash % static_cast<U64>(buckets));
}

Index hash_bucket(std::int64_t number, Index buckets, std::span<const Index> salt) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return hash_bucket(std::string_view(digits, static_cast<std::size_t>(end - digits)), buckets,
                     salt);
}

std::uint64_t joined_fingerprints(std::uint64_t a, std::uint64_t b) {
  constexpr U64 kMul = 0xC6A4A7935BD1E995;
  const U64 both = (a ^ kMul ^ mixed(b * kMul) * kMul) * kMul;
  return mixed(mixed(both) * kMul);
}

}  // namespace linnet::inline v0::detail
