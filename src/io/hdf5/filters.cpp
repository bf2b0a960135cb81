#include "io/hdf5/filters.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/in_quotes.hpp"
#include "io/hdf5/checksums.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::size_t kSumBytes = 4;
constexpr std::size_t kMostFilters = 32;  // the bits of a mask
constexpr std::size_t kRatio = 1032;      // deflate shrinks no more
constexpr std::array<std::string_view, 7> kNames{"none", "deflate", "shuffle",    "fletcher32",
                                                 "szip", "nbit",    "scaleoffset"};

Filter filter_of(unsigned number, std::string_view name) {
  switch (number) {
    case 1:
      return Filter::deflate;
    case 2:
      return Filter::shuffle;
    case 3:
      return Filter::fletcher32;
    default:
      if (name.empty() && number < kNames.size()) name = kNames[number];
      unsupported(cat("the filter ", number, " ", in_quotes(name),
                      " is not supported; known: deflate (gzip), shuffle, fletcher32"));
  }
}

void remove_fletcher32(std::vector<std::byte>& data, const Limits& limits) {
  if (data.size() < kSumBytes) corrupt("a chunk is shorter than its checksum");
  const Bytes sum = Bytes(data).last(kSumBytes);
  const Bytes summed = Bytes(data).first(data.size() - kSumBytes);
  if (limits.checksums && number_of(sum) != fletcher32(summed)) {
    corrupt("the checksum of a chunk is wrong: the file is damaged");
  }
  data.resize(summed.size());
}

/// Inflates into at most `most` bytes.
std::vector<std::byte> inflated(Bytes data, std::size_t most) {
  if (data.size() > std::numeric_limits<uInt>::max()) corrupt("a chunk of 4 GiB or more");
  std::vector<std::byte> out(most);
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) fail(ErrorCode::io, "zlib: no memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  int result = Z_OK;
  while (result == Z_OK && stream.total_out < most) {  // zlib counts in 32 bits
    const std::size_t left = most - stream.total_out;
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(left, 1u << 30));
    result = inflate(&stream, Z_NO_FLUSH);
  }
  out.resize(stream.total_out);
  inflateEnd(&stream);
  if (result != Z_STREAM_END) corrupt("a chunk's deflated data are damaged");
  return out;
}

/// Shuffled: byte 0 of all elements, then byte 1 of all, ...; what is left over stays at the end.
std::vector<std::byte> unshuffled(const std::vector<std::byte>& data, std::size_t element) {
  const std::size_t count = data.size() / element;
  std::vector<std::byte> out(data);
  for (std::size_t b = 0; b < element; ++b) {
    for (std::size_t i = 0; i < count; ++i) out[i * element + b] = data[b * count + i];
  }
  return out;
}

}  // namespace

std::vector<Filter> read_filters(const Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "filter pipeline");
  const int version = cursor.u8();
  if (version != 1 && version != 2) unsupported(cat("a filter pipeline of version ", version));
  const std::size_t count = cursor.u8();
  if (count > kMostFilters) corrupt("filter pipeline: more than 32 filters");
  if (version == 1) cursor.skip(6);
  std::vector<Filter> filters;
  while (filters.size() < count) {
    const unsigned number = cursor.u16();
    const bool named = version == 1 || number >= 256;
    const std::uint64_t name_size = named ? cursor.u16() : 0;
    cursor.skip(2);  // flags
    const std::uint64_t values = cursor.u16();
    std::string_view name = text_of(cursor.take(name_size));
    name = name.substr(0, name.find('\0'));
    if (version == 1) cursor.align();
    cursor.skip(4 * values);
    if (version == 1) cursor.align();
    const Filter filter = filter_of(number, name);
    if (std::ranges::find(filters, filter) != filters.end()) {
      unsupported(cat("the filter ", number, " is applied twice"));
    }
    filters.push_back(filter);
  }
  return filters;
}

std::uint64_t least_packed(const std::vector<Filter>& filters, std::uint32_t skipped,
                           std::uint64_t size) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (filters[i] == Filter::deflate && (skipped >> i & 1) == 0) size /= kRatio;
  }
  return size;
}

std::vector<std::byte> unpack(Bytes packed, const std::vector<Filter>& filters,
                              std::uint32_t skipped, std::size_t size, std::size_t element,
                              const Limits& limits) {
  std::vector<std::byte> data(packed.begin(), packed.end());
  for (std::size_t i = filters.size(); i-- > 0;) {
    if ((skipped >> i & 1) != 0) continue;
    if (filters[i] == Filter::fletcher32) {
      remove_fletcher32(data, limits);
    } else if (filters[i] == Filter::deflate) {
      data = inflated(data, size + kSumBytes * filters.size());
    } else if (element > 1) {
      data = unshuffled(data, element);
    }
  }
  if (data.size() != size) {
    corrupt(cat("a chunk holds ", std::uint64_t{data.size()}, " bytes, expected ",
                std::uint64_t{size}));
  }
  return data;
}

}  // namespace linnet::inline v0::detail::hdf5
