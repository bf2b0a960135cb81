#include <cmath>
#include <linnet/core/random.hpp>
#include <vector>

#include "catch.hpp"

using namespace linnet;

using Words = std::array<std::uint32_t, 4>;

TEST_CASE("Philox gives the known answers of the Random123 distribution", "[core]") {
  CHECK(philox(0, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(~0ull, ~0ull, ~0ull) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  // Digits of pi: counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0.
  CHECK(philox(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A stream is a function of seed, path, block and position", "[core]") {
  const RandomStream a(7, "dense/kernel");
  CHECK(a.bits(5) == RandomStream(7, "dense/kernel").bits(5));
  CHECK(a.bits(5) == RandomStream(a.key()).bits(5));
  CHECK(a.key() != RandomStream(8, "dense/kernel").key());
  CHECK(a.key() != RandomStream(7, "dense/bias").key());
  CHECK(a.bits(5) != a.bits(6));
  CHECK(a.bits(5) != a.bits(5, 1));
  CHECK(a.bits(6) == philox(a.key(), 1, 0)[2]);
}

namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
Moments moments_of(Draw draw) {
  constexpr int kDraws = 200'000;
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double x = draw(i);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

}  // namespace

TEST_CASE("Uniform numbers fill [0, 1) evenly", "[core]") {
  const RandomStream stream(1, "uniform");
  const auto m = moments_of([&](std::uint64_t i) {
    const float u = stream.uniform(i);
    REQUIRE((u >= 0.0f && u < 1.0f));
    return static_cast<double>(u);
  });
  CHECK(std::abs(m.mean - 0.5) < 0.003);
  CHECK(std::abs(m.variance - 1.0 / 12) < 0.001);
}

TEST_CASE("Normal numbers have mean 0, variance 1 and neighbours that do not correlate", "[core]") {
  const RandomStream stream(2, "normal");
  const auto m = moments_of([&](std::uint64_t i) { return double{stream.normal(i)}; });
  CHECK(std::abs(m.mean) < 0.01);
  CHECK(std::abs(m.variance - 1) < 0.015);
  const auto product = moments_of(
      [&](std::uint64_t i) { return double{stream.normal(2 * i)} * stream.normal(2 * i + 1); });
  CHECK(std::abs(product.mean) < 0.01);
}

TEST_CASE("Numbers below n reach every value about equally often", "[core]") {
  const RandomStream stream(3, "below");
  std::vector<int> counts(7);
  for (std::uint64_t i = 0; i < 70'000; ++i) ++counts.at(stream.below(7, i));
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);
  CHECK(stream.below(1, 0) == 0);
  for (std::uint64_t i = 0; i < 1000; ++i) CHECK(stream.below(0xffffffff, i) < 0xffffffff);
}
