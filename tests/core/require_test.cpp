#include "core/require.hpp"

#include <linnet/core/shape.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

using detail::kEndless;
using detail::require;

TEST_CASE("A refused number is named with its field, its range and itself", "[core]") {
  const auto message = [](double value, const detail::Range& range) {
    return error_of([&] { require("Thing", "size", value, range); }).message;
  };
  CHECK(message(-1, detail::kNotNegative) == "Thing: size must be 0 or more, got -1");
  CHECK(message(0, detail::kSize) == "Thing: size must be positive, got 0");
  CHECK(message(65537, detail::kPixels) == "Thing: size must be at most 65536, got 65537");
  CHECK(message(-1, detail::kMargin) == "Thing: size must be 0 or more, got -1");
  CHECK(message(0, detail::kPositive) == "Thing: size must be positive, got 0");
  CHECK(message(kEndless, detail::kPositive) == "Thing: size must be positive and finite, got inf");
  CHECK(message(std::nan(""), detail::kFinite) == "Thing: size must be finite, got nan");
  CHECK(message(1, detail::kZeroToBelowOne) == "Thing: size must be in [0, 1), got 1");
  CHECK(message(1.5, detail::kZeroToOne) == "Thing: size must be in [0, 1], got 1.5");
  CHECK(message(1, {2, kEndless, true, false}) == "Thing: size must be 2 or more, got 1");
  CHECK(message(1, {1, kEndless, false, false}) == "Thing: size must be more than 1, got 1");
  CHECK(error_of([&] {
          require({}, "units", Index{-3}, detail::kPositive);
        }).is(ErrorCode::invalid_argument, "units must be positive, got -3"));
  CHECK(error_of([&] { require("x", "y", 1.1f, detail::kZeroToOne); }).message ==
        "x: y must be in [0, 1], got 1.1");
}

TEST_CASE("Ends belong to a range or not, NaN to none", "[core]") {
  CHECK(detail::kZeroToOne.holds(0));
  CHECK(detail::kZeroToOne.holds(1));
  CHECK(detail::kZeroToBelowOne.holds(0));
  CHECK_FALSE(detail::kZeroToBelowOne.holds(1));
  CHECK(detail::kNotNegative.holds(0));
  CHECK_FALSE(detail::kPositive.holds(0));
  CHECK_FALSE(detail::kNotNegative.holds(kEndless));
  CHECK_FALSE(detail::kFinite.holds(-kEndless));
  for (const auto& range : {detail::kFinite, detail::kPositive, detail::kNotNegative,
                            detail::kZeroToOne, detail::kZeroToBelowOne}) {
    CHECK_FALSE(range.holds(std::nan("")));
  }
  CHECK_NOTHROW(require("x", "y", std::optional<float>(), detail::kPositive));
  CHECK_THROWS_AS(require("x", "y", std::optional<float>(-1.0f), detail::kPositive), Error);
}

TEST_CASE("A path is neither empty nor cut by a NUL byte", "[core]") {
  using namespace std::string_literals;
  CHECK(error_of([] {
          detail::require_path("save", "");
        }).is(ErrorCode::invalid_argument, "save: the path is empty"));
  CHECK(error_of([] {
          detail::require_path("save", "a\0b"s);
        }).is(ErrorCode::invalid_argument, "NUL byte after 'a'"));
  CHECK_NOTHROW(detail::require_path("save", "a b/c"));
}

}  // namespace linnet::test
