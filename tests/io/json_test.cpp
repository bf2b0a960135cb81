#include <cmath>
#include <limits>
#include <linnet/io/json.hpp>
#include <string>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

namespace {

test::Caught refused_json(std::string_view text, const JsonLimits& limits = {}) {
  return error_of([&] { return parse_json(text, limits); });
}

std::string again(std::string_view text) { return to_json(parse_json(text)); }

}  // namespace

TEST_CASE("JSON is read into a config of the same kinds and order", "[io]") {
  const Config c = parse_json(R"( {"b": [1, -2.5, true, false, null], "a": {"x": "y"}, "": 0} )");
  REQUIRE(c.members().size() == 3);
  CHECK(c.members()[0].key == "b");
  CHECK(c.at("b").items()[0].is_integer());
  CHECK(c.at("b").items()[1].as_number() == -2.5);
  CHECK(c.at("b").items()[2].as_bool());
  CHECK(c.at("b").items()[4].is_null());
  CHECK(c.at("a").at("x").as_string() == "y");
  CHECK(c.at("").as_integer() == 0);
}

TEST_CASE("JSON written without blanks comes back letter for letter", "[io]") {
  for (const std::string_view text :
       {"null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808", "0.1",
        "1.0", "1e+300", "5e-324", "-0.0", "\"\"", "[]", "{}", "[[],{},\"a\"]",
        R"({"a":{"b":[1,2.5,{"c":null}]},"d":"e"})", R"("\"\\\b\f\n\r\t\u0000\u001f")"}) {
    CHECK(again(text) == text);
  }
}

TEST_CASE("Numbers keep their kind and every bit", "[io]") {
  CHECK(parse_json("3").is_integer());
  CHECK_FALSE(parse_json("3.0").is_integer());
  CHECK_FALSE(parse_json("3e0").is_integer());
  CHECK(parse_json("-0").as_integer() == 0);
  CHECK(std::signbit(parse_json("-0.0").as_number()));
  for (const double value : {0.1, 1.0 / 3, 1e-310, 1.7976931348623157e308, 123456789.123456789}) {
    CHECK(parse_json(to_json(Config(value))).as_number() == value);
  }
  CHECK(to_json(Config(0.1f)) == "0.1");
}

TEST_CASE("Numbers that are not finite are read and written as Python does, if asked for", "[io]") {
  const JsonLimits python{.non_finite = true};
  const std::string text = "[Infinity,-Infinity,NaN,-1.5]";
  const Config numbers = parse_json(text, python);
  CHECK(numbers.items()[1].as_number() == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(numbers.items()[2].as_number()));
  CHECK(to_json(numbers, {.non_finite = true}) == text);
  CHECK(error_of([&] { to_json(numbers); }).is(ErrorCode::not_finite));
  for (const std::string_view other : {"-NaN", "inf", "Infinit", "+Infinity", "NaN1"}) {
    INFO(other);
    CHECK(error_of([&] { parse_json(other, python); }).is(ErrorCode::corrupt_file, "json: byte "));
  }
}

TEST_CASE("Strings hold any text, escaped or not", "[io]") {
  CHECK(parse_json(R"("\u00e9\u4e2d\ud83d\ude00\/")").as_string() == "é中😀/");
  CHECK(again("\"é中😀\x7f\"") == "\"é中😀\x7f\"");
  CHECK(parse_json("\"\\u0000\"").as_string() == std::string(1, '\0'));
  CHECK(parse_json(R"("\uFFFF\udbff\uDFFF")").as_string() == "\xEF\xBF\xBF\xF4\x8F\xBF\xBF");
}

TEST_CASE("Pretty JSON is indented by two, with plain lists on one line", "[io]") {
  const Config c = parse_json(R"({"a":[1,2],"b":{"c":[[1],[2]]},"d":{},"e":[]})");
  const std::string pretty = to_json(c, {.pretty = true});
  CHECK(pretty ==
        "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": [\n      [1],\n      [2]\n    ]\n  },\n"
        "  \"d\": {},\n  \"e\": []\n}");
  CHECK(parse_json(pretty) == c);
}

TEST_CASE("What is not JSON is refused with the byte where it goes wrong", "[io]") {
  CHECK(refused_json("").is(ErrorCode::corrupt_file, "byte 0: expected a value, got the end"));
  CHECK(refused_json("[1,]").is(ErrorCode::corrupt_file, "byte 3: expected a value, got ']'"));
  CHECK(refused_json("[1 2]").is(ErrorCode::corrupt_file, "byte 3: expected ',' or ']', got '2'"));
  CHECK(refused_json("{\"a\" 1}").is(ErrorCode::corrupt_file, "byte 5: expected ':'"));
  CHECK(refused_json("\"a\x01\"").is(ErrorCode::corrupt_file, "byte 2: a control character"));
  for (const std::string_view text : {" ",           "{",           "[",
                                      "{\"a\"",      "{\"a\":",     "{\"a\":1",
                                      "{\"a\":1,}",  "{,}",         "{1:2}",
                                      "[,1]",        "]",           "1 2",
                                      "nul",         "nulll",       "True",
                                      "NaN",         "Infinity",    "-",
                                      "+1",          "01",          "-01",
                                      ".5",          "1.",          "1.e5",
                                      "1e",          "1e+",         "0x10",
                                      "1f",          "'a'",         "\"",
                                      "\"\\",        "\"\\x\"",     "\"\\u12\"",
                                      "\"\\u12g4\"", "\"\\u+123\"", "\"\n\"",
                                      "// c\n1",     "1 // c",      "\xEF\xBB\xBF 1"}) {
    INFO(text);
    CHECK(refused_json(text).is(ErrorCode::corrupt_file, "json: byte "));
  }
  CHECK(refused_json(std::string_view("1\0", 2)).is(ErrorCode::corrupt_file, "got byte 0"));
}

TEST_CASE("Numbers outside their type's range are refused", "[io]") {
  CHECK(refused_json("9223372036854775808").is(ErrorCode::corrupt_file, "64-bit integer"));
  CHECK(refused_json("[1, 1e999]").is(ErrorCode::corrupt_file, "byte 4: a number outside"));
  CHECK(refused_json("-1e999").is(ErrorCode::corrupt_file));
}

TEST_CASE("Invalid UTF-8 and lone surrogates are refused", "[io]") {
  for (const std::string_view text :
       {"\"\x80\"", "\"\xC0\xAF\"", "\"\xC3\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"", "\"\xFF\"",
        "\"\xF4\x90\x80\x80\"", "\"\xF0\x8F\xBF\xBF\"", "\"\xE4\xB8", "\"\\ud800\"", "\"\\udc00\"",
        "\"\\ud800\\u0041\"", "\"\\ud800x\""}) {
    CHECK(refused_json(text).is(ErrorCode::corrupt_file));
  }
  CHECK(error_of([] { return to_json(Config("\xFF")); }).is(ErrorCode::invalid_argument, "UTF-8"));
}

TEST_CASE("The same key twice is refused at its second place", "[io]") {
  CHECK(
      refused_json(R"({"a":1,"b":2,"a":3})").is(ErrorCode::corrupt_file, "byte 13: key 'a' twice"));
  CHECK(refused_json(R"({"a":1,"\u0061":3})").is(ErrorCode::corrupt_file, "twice"));
  CHECK_FALSE(refused_json(R"({"a":{"a":1},"b":{"a":1}})").code.has_value());
}

TEST_CASE("Depth, size and number of values are limited", "[io]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK_FALSE(refused_json(nested(200)).code.has_value());
  CHECK(refused_json(nested(201)).is(ErrorCode::corrupt_file, "byte 200: nested deeper than 200"));
  CHECK(refused_json(std::string(1'000'000, '[')).is(ErrorCode::corrupt_file));
  CHECK(refused_json(nested(3), {.depth = 2}).is(ErrorCode::corrupt_file));
  CHECK(refused_json("[1,2,3]", {.bytes = 6}).is(ErrorCode::corrupt_file, "at most 6 bytes"));
  CHECK(refused_json("[1,2,3]", {.values = 3}).is(ErrorCode::corrupt_file, "too many values"));
  CHECK_FALSE(refused_json("[1,2,3]", {.values = 4}).code.has_value());
}

TEST_CASE("NaN and infinity are not written", "[io]") {
  CHECK(error_of([] { return to_json(Config(std::nan(""))); }).is(ErrorCode::not_finite));
  CHECK(error_of([] {
          return to_json(Config(Config::List{std::numeric_limits<double>::infinity()}));
        }).is(ErrorCode::not_finite, "got inf"));
}
