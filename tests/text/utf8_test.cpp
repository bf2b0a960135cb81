#include <linnet/core/error.hpp>
#include <linnet/text/utf8.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("Every code point survives encoding and decoding", "[text]") {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    std::string text;
    append_utf8(code, text);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool valid = invalid_utf8(text) == std::string_view::npos;
    std::size_t position = 0;
    if (valid == surrogate || decode_utf8(text, position) != code || position != text.size()) {
      FAIL("code point " << static_cast<unsigned>(code));
    }
  }
}

TEST_CASE("Malformed UTF-8 is found at its first byte", "[text]") {
  const auto at = [](std::string_view text) { return invalid_utf8(text); };
  CHECK(at("plain ascii, long enough for the fast path") == std::string_view::npos);
  CHECK(at("ab\xFF") == 2);
  CHECK(at("\x80") == 0);
  CHECK(at("a\xC0\xAF") == 1);             // overlong '/'
  CHECK(at("\xE0\x80\xAF") == 0);          // overlong
  CHECK(at("\xED\xA0\x80") == 0);          // surrogate
  CHECK(at("\xF4\x90\x80\x80") == 0);      // above U+10FFFF
  CHECK(at("\xF8\x88\x80\x80\x80") == 0);  // five bytes
  CHECK(at("12345678\xE4\xBD") == 8);      // truncated
  CHECK(at("\xE4\xBD\xA0\xE4\x41") == 3);  // broken in the middle
  CHECK_THROWS_WITH(check_utf8("abc\xFE", "somewhere"),
                    ContainsSubstring("somewhere") && ContainsSubstring("offset 3"));
}

TEST_CASE("Lower case covers all scripts that have it", "[text]") {
  CHECK(lower_case("ÀÉÎÕÜ Straße ŠŽ") == "àéîõü straße šž");
  CHECK(lower_case("ЖИЗНЬ ΟΔΥΣΣΕΥΣ ԱՐՄ") == "жизнь οδυσσευσ արմ");
  CHECK(lower_case("ＡＢＣ Ǆ Ⅷ Ⓐ 𐐀 ẞ Ａ") == "ａｂｃ ǆ ⅷ ⓐ 𐐨 ß ａ");
  CHECK(lower_case("İ 中文 한글 😀") == "i 中文 한글 😀");
}

TEST_CASE("Characters have Unicode's properties", "[text]") {
  for (const char32_t code : {U' ', U'\t', U'\n', U'\u00A0', U'\u2009', U'\u3000', U'\u0085'}) {
    CHECK(is_space(code));
  }
  for (const char32_t code : {U'a', U'\u200B', U'\uFEFF', U'\x1c', U'\0'}) {
    CHECK_FALSE(is_space(code));
  }
  for (const char32_t code :
       {U'!', U'~', U'$', U'，', U'。', U'「', U'—', U'…', U'“', U'¿', U'！'}) {
    CHECK(is_punctuation(code));
  }
  for (const char32_t code : {U'a', U'中', U'é', U'😀', U'€', U'0'}) {
    CHECK_FALSE(is_punctuation(code));
  }
  CHECK(is_unspaced_script(U'中'));
  CHECK(is_unspaced_script(U'の'));
  CHECK_FALSE(is_unspaced_script(U'한'));
  CHECK(count_utf8("中文é😀a") == 5);
}
