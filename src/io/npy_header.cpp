#include "io/npy_header.hpp"

#include <charconv>
#include <linnet/core/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/in_quotes.hpp"
#include "io/bytes.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr std::size_t kLongestHeader = 1 << 16;  // 8 axes take less than 300 bytes

[[noreturn]] void corrupt_npy(std::string_view message) {
  fail(ErrorCode::corrupt_file, cat("npy: ", message));
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  NpyHeader header() {
    std::optional<std::string_view> descr;
    std::optional<bool> column_major;
    std::optional<Shape> shape;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr" && !descr) {
        descr = type();
      } else if (key == "fortran_order" && !column_major) {
        column_major = boolean();
      } else if (key == "shape" && !shape) {
        shape = tuple();
      } else {
        corrupt_npy(cat("header key ", in_quotes(key), " is unknown or there twice"));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) corrupt_npy("text after the header's dictionary");
    if (!descr || !column_major || !shape) {
      corrupt_npy("expected the header keys descr, fortran_order and shape");
    }
    return {*descr, *column_major, *shape};
  }

 private:
  void skip_space() {
    const auto start = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(start == text_.npos ? text_.size() : start);
  }

  bool accept(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) corrupt_npy(cat("expected '", std::string_view(&c, 1), "' in the header"));
  }

  std::string_view string() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'') expect(quote);
    const auto end = text_.find(quote);
    if (end == text_.npos) corrupt_npy("a header string without an end");
    const std::string_view s = text_.substr(0, end);
    if (s.find('\\') != s.npos) corrupt_npy("an escape in a header string");
    text_.remove_prefix(end + 1);
    return s;
  }

  std::string_view type() {
    skip_space();
    if (text_.starts_with('[')) {
      fail(ErrorCode::unsupported, "npy: arrays of records are not supported");
    }
    return string();
  }

  bool boolean() {
    skip_space();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    corrupt_npy("expected True or False for fortran_order");
  }

  Shape tuple() {
    std::vector<Index> sizes;
    bool comma = true;
    expect('(');
    while (!accept(')')) {
      if (!comma) corrupt_npy("expected ',' between sizes");
      if (sizes.size() == Shape::kMaxRank) {
        fail(ErrorCode::unsupported, cat("npy: more than ", Shape::kMaxRank, " axes"));
      }
      sizes.push_back(size());
      comma = accept(',');
    }
    if (sizes.size() == 1 && !comma) corrupt_npy("expected a tuple for shape, got a number");
    return Shape(std::span<const Index>(sizes));
  }

  Index size() {
    skip_space();
    Index value = -1;
    const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (problem != std::errc{} || value < 0) corrupt_npy("expected sizes from 0 to 2^63 in shape");
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  std::string_view text_;
};

}  // namespace

NpyExtent npy_extent(std::span<const std::byte> start) {
  const std::string_view text = text_of(start);
  if (!text.starts_with(kNpyMagic)) corrupt_npy("not a .npy file");
  const auto byte = [&](std::size_t at) {
    if (at >= start.size()) corrupt_npy("the file ends within its header");
    return std::to_integer<std::size_t>(start[at]);
  };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3 || byte(7) != 0) {
    fail(ErrorCode::unsupported, cat("npy: expected format 1.0, 2.0 or 3.0, got ",
                                     std::uint64_t{version}, ".", std::uint64_t{byte(7)}));
  }
  const std::size_t width = version == 1 ? 2 : 4;
  byte(8 + width - 1);  // so that the whole length is there
  const auto length = static_cast<std::size_t>(number_of(start.subspan(8, width)));
  if (length > kLongestHeader) {
    corrupt_npy(cat("expected a header of at most ", std::uint64_t{kLongestHeader}, " bytes, got ",
                    std::uint64_t{length}));
  }
  return {8 + width, 8 + width + length};
}

NpyHeader read_npy_header(std::string_view dictionary) { return HeaderReader(dictionary).header(); }

}  // namespace linnet::inline v0::detail
