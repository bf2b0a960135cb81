#include "core/in_quotes.hpp"

#include <linnet/core/error.hpp>

#include "catch.hpp"

using linnet::detail::cat;
using linnet::detail::in_quotes;

TEST_CASE("Names from files stand in messages printable and short", "[core]") {
  const auto many = [](std::size_t count) { return std::string(count, 'a'); };
  CHECK(in_quotes("dense_1") == "'dense_1'");
  CHECK(in_quotes("") == "''");
  CHECK(in_quotes("a\n\x1b[2J中") == "'a\\n\\x1b[2J中'");
  CHECK(in_quotes(many(200)) == cat("'", many(200), "'"));
  CHECK(in_quotes(many(201)) == cat("'", many(200), "...'"));
  // Not cut off within a character.
  CHECK(in_quotes(cat(many(198), "中中")) == cat("'", many(198), "...'"));
  CHECK(in_quotes(cat(many(197), "中中")) == cat("'", many(197), "中...'"));
}
