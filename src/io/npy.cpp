#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <linnet/io/atomic_file.hpp>
#include <linnet/io/npy.hpp>
#include <string_view>

#include "core/in_quotes.hpp"
#include "io/bytes.hpp"
#include "io/column_major.hpp"
#include "io/file.hpp"
#include "io/npy_header.hpp"
#include "io/npy_strings.hpp"
#include "io/number_format.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::kNpyMagic;
using detail::NpyHeader;
using detail::NumberFormat;

static_assert(std::endian::native == std::endian::little, "the data is copied as it lies");

namespace {

constexpr std::size_t kAlignment = 64;

struct Descr {
  std::string_view text;
  DType dtype;
};

/// As tensors are written.
constexpr std::array<Descr, 6> kDescrs{{{"<f4", DType::float32},
                                        {"<f8", DType::float64},
                                        {"<i4", DType::int32},
                                        {"<i8", DType::int64},
                                        {"|u1", DType::uint8},
                                        {"|b1", DType::boolean}}};

[[noreturn]] void unknown_type(std::string_view descr) {
  const std::string type = cat("type ", detail::in_quotes(descr), " is not supported; ");
  if (descr == "|O") {
    fail(ErrorCode::unsupported, cat(type, "texts in such an array: save array.astype(str)"));
  }
  fail(ErrorCode::unsupported,
       cat(type,
           "known: f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1 with <, > or | in front, "
           "and strings, <U, >U and |S with their length"));
}

NumberFormat format_of(std::string_view descr) {
  const char order = descr.empty() ? '?' : descr.front();
  auto format = detail::numpy_format(descr.substr(std::min<std::size_t>(descr.size(), 1)));
  const bool known = order == '<' || order == '>' || order == '|';
  if (!format || !known || (order == '|' && format->size > 1)) unknown_type(descr);
  format->big_endian = order == '>';
  return *format;
}

/// The array that a header promises, of `data_bytes` bytes, which read(bytes) brings; its elements
/// in the order of the file.
template <class F>
Tensor read_elements(const NpyHeader& header, std::uint64_t data_bytes, F&& read) {
  const auto stored = [&](std::size_t size) {
    detail::check_bytes(data_bytes, size, header.shape);
    std::vector<std::byte> bytes(static_cast<std::size_t>(data_bytes));
    read(std::span(bytes));
    return bytes;
  };
  if (const auto format = detail::string_format(header.descr)) {
    return detail::strings(stored(format->size), *format, header.shape);
  }
  const NumberFormat format = format_of(header.descr);
  if (!format.is_native()) return detail::numbers(stored(format.size), format, header.shape);
  detail::check_bytes(data_bytes, format.size, header.shape);
  Tensor same(format.dtype(), header.shape);
  read(std::span(static_cast<std::byte*>(same.raw()), same.bytes()));
  return same;
}

template <class F>
Tensor read_array(std::string_view dictionary, std::uint64_t data_bytes, F&& read) {
  const NpyHeader header = detail::read_npy_header(dictionary);
  const Tensor tensor =
      detail::naming("npy", [&] { return read_elements(header, data_bytes, read); });
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
  const std::size_t begin = kNpyMagic.size() + 4;
  text.append(kAlignment - 1 - (begin + text.size()) % kAlignment, ' ').push_back('\n');
  std::string header(kNpyMagic);
  header += {'\1', '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace

Tensor read_npy(const std::string& path) {
  const detail::InputFile file(path);
  return detail::naming(path, [&] {
    std::vector<std::byte> start(std::min<std::uint64_t>(file.size(), detail::kNpyPrefix));
    file.read(0, start);
    const detail::NpyExtent extent = detail::npy_extent(start);
    if (extent.end > file.size()) {
      fail(ErrorCode::corrupt_file, "npy: the file ends within its header");
    }
    std::string dictionary(extent.end - extent.begin, ' ');
    file.read(extent.begin, std::as_writable_bytes(std::span(dictionary)));
    return read_array(dictionary, file.size() - extent.end,
                      [&](std::span<std::byte> bytes) { file.read(extent.end, bytes); });
  });
}

Tensor parse_npy(std::span<const std::byte> bytes) {
  const detail::NpyExtent extent = detail::npy_extent(bytes);
  if (extent.end > bytes.size()) {
    fail(ErrorCode::corrupt_file, "npy: the data ends within its header");
  }
  const auto data = bytes.subspan(extent.end);
  const auto dictionary = bytes.subspan(extent.begin, extent.end - extent.begin);
  return read_array(detail::text_of(dictionary), data.size(), [&](std::span<std::byte> to) {
    std::copy(data.begin(), data.end(), to.begin());
  });
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
