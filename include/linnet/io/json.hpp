// JSON text to Config and back.
#pragma once

#include <cstddef>
#include <linnet/core/config.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

/// What parse_json accepts at most, so that a hostile text costs bounded memory and stack.
struct JsonLimits {
  std::size_t depth = 200;                    ///< lists and objects inside one another
  std::size_t bytes = std::size_t{64} << 20;  ///< of the text
  std::size_t values = 4'000'000;             ///< nulls, numbers, strings, lists, ... together
  bool non_finite = false;                    ///< NaN, Infinity, -Infinity are read, as Python's
};

/// How to_json writes.
struct JsonStyle {
  bool pretty = false;      ///< indents by two spaces; lists of plain values stay on one line
  bool non_finite = false;  ///< NaN, Infinity and -Infinity are written, as Python does
};

/// The value that `text` (RFC 8259, UTF-8) holds; keys keep their order.
/// Integers are 64-bit; a number with a fraction or an exponent is a double.
/// Error (corrupt_file, with the byte offset): not JSON, invalid UTF-8, an object with the same key
/// twice, a number outside the range of its type, a limit exceeded.
LINNET_API Config parse_json(std::string_view text, const JsonLimits& limits = {});

/// `value` as JSON text. Doubles are written in the shortest form that reads back as the same
/// double, always with a fraction or an exponent, so that kinds survive the round trip.
/// Error: NaN or infinity, unless the style takes them (not_finite), a string that is not UTF-8
/// (invalid_argument).
LINNET_API std::string to_json(const Config& value, const JsonStyle& style = {});

}  // namespace linnet::inline v0
