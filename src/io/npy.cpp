#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <linnet/io/atomic_file.hpp>
#include <linnet/io/npy.hpp>
#include <optional>
#include <string_view>

#include "io/file.hpp"
#include "io/npy_order.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

static_assert(std::endian::native == std::endian::little, "the data is copied as it lies");

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kPrefix = 12;              // magic, version, header length (at most 4 bytes)
constexpr std::size_t kLongestHeader = 1 << 16;  // 8 axes take less than 300 bytes
constexpr std::size_t kAlignment = 64;

struct Descr {
  std::string_view text;
  DType dtype;
};

constexpr std::array<Descr, 6> kDescrs{{{"<f4", DType::float32},
                                        {"<f8", DType::float64},
                                        {"<i4", DType::int32},
                                        {"<i8", DType::int64},
                                        {"|u1", DType::uint8},
                                        {"|b1", DType::boolean}}};

struct Header {
  DType dtype = DType::float32;
  bool column_major = false;
  Shape shape;
};

[[noreturn]] void corrupt(std::string message) {
  fail(ErrorCode::corrupt_file, cat("npy: ", message));
}

DType dtype_of_descr(std::string_view text) {
  std::string known;
  for (const Descr& descr : kDescrs) {
    if (descr.text == text) return descr.dtype;
    known += cat(known.empty() ? "" : ", ", descr.text);
  }
  if (text.starts_with('>') && text.size() > 1 && text.back() != '1') {
    fail(ErrorCode::unsupported,
         cat("npy: expected little-endian numbers, got type '", text, "' (big-endian)"));
  }
  fail(ErrorCode::unsupported,
       cat("npy: type '", text.substr(0, 100), "' is not supported; known: ", known));
}

/// Reads the Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  Header header() {
    std::optional<DType> dtype;
    std::optional<bool> column_major;
    std::optional<Shape> shape;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr" && !dtype) {
        dtype = descr();
      } else if (key == "fortran_order" && !column_major) {
        column_major = boolean();
      } else if (key == "shape" && !shape) {
        shape = tuple();
      } else {
        corrupt(cat("header key '", key.substr(0, 100), "' is unknown or there twice"));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) corrupt("text after the header's dictionary");
    if (!dtype || !column_major || !shape) {
      corrupt("expected the header keys descr, fortran_order and shape");
    }
    return {*dtype, *column_major, *shape};
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
    if (!accept(c)) corrupt(cat("expected '", std::string_view(&c, 1), "' in the header"));
  }

  std::string_view string() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'') expect(quote);
    const auto end = text_.find(quote);
    if (end == text_.npos) corrupt("a header string without an end");
    const std::string_view s = text_.substr(0, end);
    if (s.find('\\') != s.npos) corrupt("an escape in a header string");
    text_.remove_prefix(end + 1);
    return s;
  }

  DType descr() {
    skip_space();
    if (text_.starts_with('[')) {
      fail(ErrorCode::unsupported, "npy: arrays of records are not supported");
    }
    return dtype_of_descr(string());
  }

  bool boolean() {
    skip_space();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    corrupt("expected True or False for fortran_order");
  }

  Shape tuple() {
    std::vector<Index> sizes;
    bool comma = true;
    expect('(');
    while (!accept(')')) {
      if (!comma) corrupt("expected ',' between sizes");
      if (sizes.size() == Shape::kMaxRank) {
        fail(ErrorCode::unsupported, cat("npy: more than ", Shape::kMaxRank, " axes"));
      }
      sizes.push_back(size());
      comma = accept(',');
    }
    if (sizes.size() == 1 && !comma) corrupt("expected a tuple for shape, got a number");
    return Shape(std::span<const Index>(sizes));
  }

  Index size() {
    skip_space();
    Index value = -1;
    const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (problem != std::errc{} || value < 0) corrupt("expected sizes from 0 to 2^63 in shape");
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  std::string_view text_;
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where the header's dictionary begins and ends.
struct Extent {
  std::size_t begin;
  std::size_t end;
};

/// `start`: the first bytes of the file, kPrefix of them if there are so many.
Extent header_extent(std::span<const std::byte> start) {
  const std::string_view text = text_of(start);
  if (!text.starts_with(kMagic)) corrupt("not a .npy file");
  const auto byte = [&](std::size_t at) {
    if (at >= start.size()) corrupt("the file ends within its header");
    return std::to_integer<std::size_t>(start[at]);
  };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3 || byte(7) != 0) {
    fail(ErrorCode::unsupported, cat("npy: expected format 1.0, 2.0 or 3.0, got ",
                                     std::uint64_t{version}, ".", std::uint64_t{byte(7)}));
  }
  const std::size_t width = version == 1 ? 2 : 4;
  std::size_t length = 0;
  for (std::size_t i = 0; i < width; ++i) length |= byte(8 + i) << (8 * i);
  if (length > kLongestHeader) {
    corrupt(cat("expected a header of at most ", std::uint64_t{kLongestHeader}, " bytes, got ",
                std::uint64_t{length}));
  }
  return {8 + width, 8 + width + length};
}

/// Reads the dictionary and compares the bytes it promises with those that are there.
Header read_header(std::string_view dictionary, std::uint64_t data_bytes) {
  const Header header = HeaderReader(dictionary).header();
  std::uint64_t count = 0;
  try {
    count = static_cast<std::uint64_t>(header.shape.elements());
  } catch (const Error& error) {
    corrupt(error.what());
  }
  const std::uint64_t width = size_of(header.dtype);
  if (data_bytes % width != 0 || data_bytes / width != count) {
    corrupt(cat("expected ", count, " elements of ", width, " bytes, got ", data_bytes,
                " bytes of data"));
  }
  return header;
}

std::span<std::byte> bytes_of(Tensor& t) { return {static_cast<std::byte*>(t.raw()), t.bytes()}; }

Tensor finished(const Header& header, Tensor tensor) {
  if (header.dtype == DType::boolean) {
    const auto bytes = bytes_of(tensor);
    if (std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte{1}; })) {
      corrupt("expected 0 or 1 for each bool");
    }
  }
  const bool same_order = !header.column_major || header.shape.rank() < 2;
  return same_order ? tensor : detail::from_column_major(tensor);
}

std::string header_of(const Tensor& tensor) {
  const auto descr = std::find_if(kDescrs.begin(), kDescrs.end(), [&](const Descr& known) {
    return known.dtype == tensor.dtype();
  });
  if (descr == kDescrs.end()) {
    fail(ErrorCode::dtype_mismatch, cat("npy: expected a tensor of numbers, got ", tensor.dtype()));
  }
  std::string text = cat("{'descr': '", descr->text,
                         "', 'fortran_order': False, 'shape': ", tensor.shape(), ", }");
  const std::size_t begin = kMagic.size() + 4;
  text.append(kAlignment - 1 - (begin + text.size()) % kAlignment, ' ').push_back('\n');
  std::string header(kMagic);
  header += {'\1', '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace

namespace detail {

Tensor from_column_major(const Tensor& from) {
  Tensor to(from.dtype(), from.shape());
  const int rank = from.shape().rank();
  const std::size_t width = size_of(from.dtype());
  std::array<Index, Shape::kMaxRank> at{};
  std::array<Index, Shape::kMaxRank> stride{};  // in `from`, in elements
  Index product = 1;
  for (int axis = 0; axis < rank; ++axis) {
    stride[static_cast<std::size_t>(axis)] = product;
    product *= from.shape()[axis];
  }
  const auto* source = static_cast<const std::byte*>(from.raw());
  auto* target = static_cast<std::byte*>(to.raw());
  Index position = 0;
  for (Index i = 0; i < to.size(); ++i, target += width) {
    std::memcpy(target, source + static_cast<std::size_t>(position) * width, width);
    for (int axis = rank; axis-- > 0;) {
      const auto a = static_cast<std::size_t>(axis);
      position += stride[a];
      if (++at[a] < from.shape()[axis]) break;
      position -= stride[a] * at[a];
      at[a] = 0;
    }
  }
  return to;
}

}  // namespace detail

Tensor read_npy(const std::string& path) {
  const detail::InputFile file(path);
  return detail::naming(path, [&] {
    std::vector<std::byte> start(std::min<std::uint64_t>(file.size(), kPrefix));
    file.read(0, start);
    const Extent extent = header_extent(start);
    if (extent.end > file.size()) corrupt("the file ends within its header");
    std::string dictionary(extent.end - extent.begin, ' ');
    file.read(extent.begin, std::as_writable_bytes(std::span(dictionary)));
    const Header header = read_header(dictionary, file.size() - extent.end);
    Tensor tensor(header.dtype, header.shape);
    file.read(extent.end, bytes_of(tensor));
    return finished(header, std::move(tensor));
  });
}

Tensor parse_npy(std::span<const std::byte> bytes) {
  const Extent extent = header_extent(bytes);
  if (extent.end > bytes.size()) corrupt("the data ends within its header");
  const auto data = bytes.subspan(extent.end);
  const auto dictionary = text_of(bytes).substr(extent.begin, extent.end - extent.begin);
  const Header header = read_header(dictionary, data.size());
  Tensor tensor(header.dtype, header.shape);
  std::copy(data.begin(), data.end(), bytes_of(tensor).begin());
  return finished(header, std::move(tensor));
}

void write_npy(const std::string& path, const Tensor& tensor) {
  const std::string header = header_of(tensor);
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(header)));
  file.write({static_cast<const std::byte*>(tensor.raw()), tensor.bytes()});
  file.commit();
}

std::vector<std::byte> to_npy(const Tensor& tensor) {
  const std::string header = header_of(tensor);
  std::vector<std::byte> out(header.size() + tensor.bytes());
  std::copy_n(std::as_bytes(std::span(header)).begin(), header.size(), out.begin());
  if (!tensor.empty()) std::memcpy(out.data() + header.size(), tensor.raw(), tensor.bytes());
  return out;
}

}  // namespace linnet::inline v0
