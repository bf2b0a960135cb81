#include "io/zip/zip_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/in_quotes.hpp"
#include "io/file.hpp"
#include "io/zip/zip_writer.hpp"

namespace linnet::inline v0::detail {

using namespace zip;

namespace {

constexpr std::uint64_t kRatio = 1032;  // deflate shrinks no more

/// zlib counts in 32 bits.
uInt piece(std::uint64_t left) {
  return static_cast<uInt>(std::min<std::uint64_t>(left, std::numeric_limits<uInt>::max()));
}

/// Runs inflate() to the end of the stream. Error: it does not fill `out` exactly.
void inflate_into(std::span<std::byte> out, const Member& member, z_stream& stream) {
  std::uint64_t in_left = member.packed.size(), out_left = out.size();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(member.packed.data()));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  int result = Z_OK;
  while (result == Z_OK) {
    const uInt in = piece(in_left), room = piece(out_left);
    stream.avail_in = in;
    stream.avail_out = room;
    result = inflate(&stream, in == in_left ? Z_FINISH : Z_NO_FLUSH);
    in_left -= in - stream.avail_in;
    out_left -= room - stream.avail_out;
    const bool moved = stream.avail_in < in || stream.avail_out < room;
    if (result == Z_BUF_ERROR && moved && in_left + out_left > 0) result = Z_OK;
  }
  if (result != Z_STREAM_END || in_left != 0 || out_left != 0) {
    corrupt("its deflated data are damaged");
  }
}

ZipData inflated(const Member& member) {
  if (member.size / kRatio > member.packed.size()) {
    corrupt(cat(std::uint64_t{member.packed.size()}, " bytes cannot hold ", member.size));
  }
  const auto size = static_cast<std::size_t>(member.size);
  const std::shared_ptr<std::byte[]> data(new std::byte[size]);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail(ErrorCode::io, "zlib: no memory");
  const auto end = [](z_stream* s) { inflateEnd(s); };
  const std::unique_ptr<z_stream, decltype(end)> guard(&stream, end);
  inflate_into({data.get(), size}, member, stream);
  return {data, {data.get(), size}};
}

}  // namespace

ZipFile::ZipFile(const std::string& path, const ZipLimits& limits) : name_(path), limits_(limits) {
  const InputFile file(path);
  naming(path, [&] {
    pages_ = file.map();
    members_ = read_directory(
        {static_cast<const std::byte*>(pages_.get()), static_cast<std::size_t>(file.size())},
        limits);
  });
}

ZipFile::ZipFile(Bytes bytes, const ZipLimits& limits, std::string name)
    : name_(std::move(name)), limits_(limits) {
  naming(name_, [&] { members_ = read_directory(bytes, limits); });
}

const Member* ZipFile::find(std::string_view member) const {
  const auto at = std::find_if(members_.begin(), members_.end(),
                               [&](const Member& m) { return m.name == member; });
  return at == members_.end() ? nullptr : &*at;
}

ZipData ZipFile::read(std::string_view member) const {
  const Member* found = find(member);
  try {
    if (found == nullptr) fail(ErrorCode::not_found, "zip: there is no such member");
    ZipData data =
        found->method == Method::stored ? ZipData{pages_, found->packed} : inflated(*found);
    if (limits_.checksums && zip_checksum(data.bytes) != found->crc) {
      corrupt("its checksum is wrong: the file is damaged");
    }
    return data;
  } catch (const Error& error) {
    throw error.within(in_quotes(member)).within(name_);
  }
}

}  // namespace linnet::inline v0::detail
