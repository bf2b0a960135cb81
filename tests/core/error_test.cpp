#include <linnet/core/dtype.hpp>
#include <linnet/core/error.hpp>
#include <linnet/core/shape.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;

TEST_CASE("An error carries its code and message through a copy", "[core]") {
  const auto caught = test::error_of(
      []() -> int { detail::fail(ErrorCode::not_found, detail::cat("no layer '", "dense", "'")); });
  CHECK(caught.is(ErrorCode::not_found));
  CHECK(caught.message == "no layer 'dense'");
}

TEST_CASE("An error can be told where it happened", "[core]") {
  const Error inner(ErrorCode::io, "cannot read");
  const Error outer = inner.within("weights").within("model");
  CHECK(outer.code() == ErrorCode::io);
  CHECK(std::string(outer.what()) == "model: weights: cannot read");
  CHECK(std::string(inner.what()) == "cannot read");
}

TEST_CASE("Messages are joined from anything that can be written", "[core]") {
  CHECK(detail::cat("a", std::string("b"), std::string_view("c")) == "abc");
  CHECK(detail::cat(-3, " ", 4u, " ", std::int64_t{1} << 40, " ", std::uint64_t{1} << 63) ==
        "-3 4 1099511627776 9223372036854775808");
  CHECK(detail::cat(0.5, " ", 0.1f, " ", true) == "0.5 0.1 true");
  CHECK(detail::cat(DType::int32, " ", Shape{any, 2}) == "int32 (None, 2)");
}
