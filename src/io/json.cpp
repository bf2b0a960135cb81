#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <linnet/io/json.hpp>
#include <numeric>
#include <optional>

#include "core/utf8_sequence.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::utf8_sequence;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  const auto tail = [&](int shift) { put(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    put(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Recursive descent over the grammar of RFC 8259.
class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Config document() {
    if (text_.size() > limits_.bytes) {
      fail(ErrorCode::corrupt_file, cat("json: expected at most ", std::uint64_t{limits_.bytes},
                                        " bytes, got ", std::uint64_t{text_.size()}));
    }
    Config root = value(0);
    skip_space();
    if (at_ < text_.size()) unexpected("the end");
    return root;
  }

 private:
  [[noreturn]] void error(std::size_t at, std::string_view what) const {
    fail(ErrorCode::corrupt_file, cat("json: byte ", std::uint64_t{at}, ": ", what));
  }

  [[noreturn]] void unexpected(std::string_view wanted) const {
    if (at_ >= text_.size()) error(at_, cat("expected ", wanted, ", got the end"));
    const char c = text_[at_];
    if (c > ' ' && c < 0x7F) {
      error(at_, cat("expected ", wanted, ", got '", std::string_view(&c, 1), "'"));
    }
    error(at_, cat("expected ", wanted, ", got byte ", static_cast<unsigned char>(c) + 0));
  }

  void skip_space() {
    constexpr std::string_view kSpace = " \t\r\n";
    while (at_ < text_.size() && kSpace.find(text_[at_]) != kSpace.npos) ++at_;
  }

  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool accept(char c) {
    skip_space();
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  Config value(std::size_t depth) {
    skip_space();
    if (++values_ > limits_.values) error(at_, "too many values");
    if (next_is('{')) return object(depth + 1);
    if (next_is('[')) return list(depth + 1);
    if (next_is('"')) return Config(string());
    if (next_is('-') || (at_ < text_.size() && is_digit(text_[at_]))) return number();
    if (word("true")) return Config(true);
    if (word("false")) return Config(false);
    if (word("null")) return Config();
    if (limits_.non_finite && word("Infinity")) return Config(kInfinity);
    if (limits_.non_finite && word("NaN")) return Config(std::nan(""));
    unexpected("a value");
  }

  bool word(std::string_view name) {
    if (text_.substr(at_, name.size()) != name) return false;
    at_ += name.size();
    return true;
  }

  void enter(std::size_t depth) {
    if (depth > limits_.depth) {
      error(at_, cat("nested deeper than ", std::uint64_t{limits_.depth}));
    }
    ++at_;
  }

  Config list(std::size_t depth) {
    enter(depth);
    Config::List items;
    if (accept(']')) return Config(std::move(items));
    while (true) {
      items.push_back(value(depth));
      if (accept(']')) return Config(std::move(items));
      if (!accept(',')) unexpected("',' or ']'");
    }
  }

  Config object(std::size_t depth) {
    enter(depth);
    Config::Object members;
    std::vector<std::size_t> starts;  // of the keys
    if (accept('}')) return Config::object();
    while (true) {
      skip_space();
      starts.push_back(at_);
      if (!next_is('"')) unexpected("a key");
      std::string key = string();
      if (!accept(':')) unexpected("':'");
      members.push_back({std::move(key), value(depth)});
      if (accept('}')) break;
      if (!accept(',')) unexpected("',' or '}'");
    }
    refuse_duplicates(members, starts);
    return Config::object(std::move(members));
  }

  void refuse_duplicates(const Config::Object& members,
                         const std::vector<std::size_t>& starts) const {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int order_of_keys = members[a].key.compare(members[b].key);
      return order_of_keys != 0 ? order_of_keys < 0 : a < b;
    });
    const auto twice = std::adjacent_find(
        order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return members[a].key == members[b].key; });
    if (twice != order.end()) {
      error(starts[*(twice + 1)], cat("key '", members[*twice].key.substr(0, 100), "' twice"));
    }
  }

  std::string string() {
    ++at_;
    std::string out;
    std::size_t copied = at_;  // bytes before it are in `out`
    while (!next_is('"')) {
      if (next_is('\\')) {
        out.append(text_, copied, at_ - copied);
        escape(out);
        copied = at_;
        continue;
      }
      if (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) < 0x20) {
        error(at_, "a control character in a string");
      }
      const std::size_t length = utf8_sequence(text_, at_);
      if (length == 0) {
        at_ < text_.size() ? error(at_, "invalid UTF-8") : unexpected("'\"'");
      }
      at_ += length;
    }
    out.append(text_, copied, at_ - copied);
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    ++at_;
    if (next_is('u')) {
      ++at_;
      return append_utf8(out, code_point());
    }
    const auto which = at_ < text_.size() ? kNames.find(text_[at_]) : kNames.npos;
    if (which == kNames.npos) unexpected("an escape");
    out.push_back(kMeaning[which]);
    ++at_;
  }

  unsigned code_point() {
    const std::size_t start = at_;
    const unsigned high = hex();
    if (high < 0xD800 || high > 0xDFFF) return high;
    if (high <= 0xDBFF && word("\\u")) {
      const unsigned low = hex();
      if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    error(start, "a surrogate without its partner");
  }

  unsigned hex() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char* c = text_.data() + at_;
      unsigned digit = 0;
      if (at_ >= text_.size() || std::from_chars(c, c + 1, digit, 16).ptr != c + 1) {
        unexpected("a hexadecimal digit");
      }
      code = code * 16 + digit;
    }
    return code;
  }

  void digits() {
    if (at_ >= text_.size() || !is_digit(text_[at_])) unexpected("a digit");
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  }

  Config number() {
    const std::size_t start = at_;
    bool whole = true;
    if (next_is('-')) ++at_;
    if (limits_.non_finite && word("Infinity")) return Config(-kInfinity);
    next_is('0') ? void(++at_) : digits();
    if (next_is('.')) {
      whole = false;
      ++at_;
      digits();
    }
    if (next_is('e') || next_is('E')) {
      whole = false;
      ++at_;
      if (next_is('+') || next_is('-')) ++at_;
      digits();
    }
    return whole ? read_number<std::int64_t>(start) : read_number<double>(start);
  }

  template <class T>
  Config read_number(std::size_t start) const {
    T number{};
    const char* end = text_.data() + at_;
    const auto [stop, problem] = std::from_chars(text_.data() + start, end, number);
    if (problem != std::errc{} || stop != end) {
      error(start, std::is_same_v<T, double> ? "a number outside the range of a double"
                                             : "a number outside the range of a 64-bit integer");
    }
    return Config(number);
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : style_(style) {}

  std::string document(const Config& root) {
    value(root, 0);
    return std::move(out_);
  }

 private:
  void value(const Config& config, int depth) {
    if (config.is_null()) {
      out_ += "null";
    } else if (config.is_bool()) {
      out_ += config.as_bool() ? "true" : "false";
    } else if (config.is_integer()) {
      out_ += detail::text(config.as_integer());
    } else if (config.is_number()) {
      number(config.as_number());
    } else if (config.is_string()) {
      string(config.as_string());
    } else if (config.is_list()) {
      list(config.items(), depth);
    } else {
      object(config.members(), depth);
    }
  }

  void number(double value) {
    if (!std::isfinite(value)) {
      if (!style_.non_finite) {
        fail(ErrorCode::not_finite, cat("json: expected a finite number, got ", value));
      }
      out_ += std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
      return;
    }
    const std::string digits = detail::text(value);
    out_ += digits;
    if (digits.find_first_of(".e") == digits.npos) out_ += ".0";
  }

  void string(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr std::string_view kNames = "btn?fr";  // of bytes 8 to 13
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = utf8_sequence(text, at);
      if (length == 0) {
        fail(ErrorCode::invalid_argument,
             cat("json: a string is not UTF-8 at its byte ", std::uint64_t{at}));
      }
      const char c = text[at];
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += {'\\', c};
      } else if (code >= 8 && code <= 13 && code != 11) {
        out_ += {'\\', kNames[code - 8u]};
      } else if (code < 0x20) {
        out_ += {'\\', 'u', '0', '0', kDigits[code >> 4], kDigits[code & 15]};
      } else {
        out_.append(text, at, length);
      }
      at += length;
    }
    out_ += '"';
  }

  void line(int depth) {
    if (style_.pretty) out_.append(1, '\n').append(2 * static_cast<std::size_t>(depth), ' ');
  }

  void list(const Config::List& items, int depth) {
    const bool plain = std::none_of(items.begin(), items.end(), [](const Config& item) {
      return item.is_list() || item.is_object();
    });
    out_ += '[';
    for (const Config& item : items) {
      if (&item != &items.front()) out_ += style_.pretty && plain ? ", " : ",";
      if (!plain) line(depth + 1);
      value(item, depth + 1);
    }
    if (!plain) line(depth);
    out_ += ']';
  }

  void object(const Config::Object& members, int depth) {
    out_ += '{';
    for (const Config::Member& member : members) {
      if (&member != &members.front()) out_ += ',';
      line(depth + 1);
      string(member.key);
      out_ += style_.pretty ? ": " : ":";
      value(member.value, depth + 1);
    }
    if (!members.empty()) line(depth);
    out_ += '}';
  }

  const JsonStyle& style_;
  std::string out_;
};

}  // namespace

Config parse_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).document();
}

std::string to_json(const Config& value, const JsonStyle& style) {
  return Writer(style).document(value);
}

}  // namespace linnet::inline v0
