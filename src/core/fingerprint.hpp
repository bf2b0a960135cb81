// Hashes of strings that put them into the buckets that TensorFlow puts them into.
#pragma once

#include <cstdint>
#include <linnet/core/shape.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

/// FarmHash's Fingerprint64 (Pike 2014), which never changes.
std::uint64_t fingerprint64(std::string_view text);

/// SipHash-2-4 (Aumasson and Bernstein 2012) under the key of these two halves.
std::uint64_t siphash(std::string_view text, std::uint64_t key0, std::uint64_t key1);

/// The bucket of `text`: one of these hashes modulo `buckets`; salt is empty, or such a key.
Index hash_bucket(std::string_view text, Index buckets, std::span<const Index> salt);
/// The same for the decimal digits of a number.
Index hash_bucket(std::int64_t number, Index buckets, std::span<const Index> salt);

/// One fingerprint of two, which depends on their order.
std::uint64_t joined_fingerprints(std::uint64_t a, std::uint64_t b);
/// What joined_fingerprints() begins with where values are crossed.
inline constexpr std::uint64_t kCrossKey = 0xDECAFCAFFEull;

}  // namespace linnet::inline v0::detail
