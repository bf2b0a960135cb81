#include <linnet/core/printable.hpp>

#include "catch.hpp"

using linnet::detail::printable;

TEST_CASE("What moves a cursor or ends a line is escaped, and nothing else", "[core]") {
  CHECK(printable("") == "");
  CHECK(printable("dense_1/kernel 'x' \\ 100%") == "dense_1/kernel 'x' \\ 100%");
  CHECK(printable("水果 ünï 🙂") == "水果 ünï 🙂");
  CHECK(printable("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(printable("\x1b[31mred\x7f") == "\\x1b[31mred\\x7f");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\u0085 \u009b1m") == "\\xc2\\x85 \\xc2\\x9b1m");
  CHECK(printable("\u00a0 \u2027 \u202f") == "\u00a0 \u2027 \u202f");
  CHECK(printable("\u2028|\u202e|\u2066") == "\\xe2\\x80\\xa8|\\xe2\\x80\\xae|\\xe2\\x81\\xa6");
  CHECK(printable("\xe2\x80") == "\\xe2\\x80");  // cut
  CHECK(printable("\x9b"
                  "2J\xff\xed\xa0\x80") == "\\x9b2J\\xff\\xed\\xa0\\x80");  // no UTF-8
}
