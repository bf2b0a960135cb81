#include "core/fingerprint.hpp"

#include <string>

#include "catch.hpp"

namespace linnet::test {

TEST_CASE("Strings fall into the buckets that TensorFlow puts them into", "[core]") {
  // tf.strings.to_hash_bucket_fast(text, 2**62), and to_hash_bucket_strong with this key.
  constexpr Index kBuckets = Index{1} << 62;
  const Index key[] = {3, 0xFFFFFFFF12345};
  struct Case {
    std::size_t length;
    Index fast, strong;
  };
  const Case cases[] = {{0, 1936946117179621455, 3689230140979098320},
                        {5, 3142223100254090683, 665187959505249309},
                        {12, 75601704102313954, 2398001526212338502},
                        {20, 2935636446443911408, 3806386954088225457},
                        {40, 2230043376557233137, 3396983288184965277},
                        {65, 4348514413976165269, 2547933877287363710},
                        {100, 4377457160041750424, 1006536446258391793},
                        {190, 2874481405937650397, 3894976855281116225}};
  for (const Case& each : cases) {
    INFO(each.length);
    std::string text;
    for (std::size_t n = 0; n < each.length; ++n) {
      text += static_cast<char>('a' + (n * 7 + n / 3) % 26);
    }
    CHECK(detail::hash_bucket(text, kBuckets, {}) == each.fast);
    CHECK(detail::hash_bucket(text, kBuckets, key) == each.strong);
  }
  CHECK(detail::hash_bucket(-12, 1000, {}) == detail::hash_bucket("-12", 1000, {}));
}

TEST_CASE("Crossed values fall into the buckets that TensorFlow puts them into", "[core]") {
  const std::uint64_t five = detail::joined_fingerprints(detail::kCrossKey, 5);
  const std::uint64_t both = detail::joined_fingerprints(five, detail::fingerprint64("abc"));
  CHECK(both % (std::uint64_t{1} << 62) == 2685112631792433017);
}

}  // namespace linnet::test
