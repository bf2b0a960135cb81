// ZipBuilder: ZIP files for tests, sound ones and others.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace linnet::test {

inline std::string little(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

/// What deflate makes of a text, without a header.
inline std::string deflated(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One member, and what its headers say of it.
struct ZipMember {
  std::string name;
  std::string packed;
  int method = 0;
  std::uint32_t crc = 0;
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  unsigned flags = 0;
  std::string local_name = {};  ///< in its own header
  std::uint64_t local = ~0ull;  ///< where the directory says that it is
  bool wide = false;            ///< its sizes stand in a Zip64 field
};

struct ZipBuilder {
  std::vector<ZipMember> members;
  bool wide = false;  ///< with Zip64's end of the directory
  std::string comment = {};
  int extra_members = 0;  ///< that the end counts, but are not there

  ZipMember& add(const std::string& name, const std::string& text, bool deflate = false) {
    ZipMember m{.name = name, .packed = deflate ? deflated(text) : text};
    m.method = deflate ? 8 : 0;
    m.crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
    m.size = text.size();
    m.packed_size = m.packed.size();
    m.local_name = name;
    members.push_back(m);
    return members.back();
  }

  std::string file() const {
    std::string data, directory;
    for (const ZipMember& m : members) {
      const std::uint64_t at = m.local == ~0ull ? data.size() : m.local;
      const std::string wide_field = little(1, 2) + little(24, 2) + little(m.size, 8) +
                                     little(m.packed_size, 8) + little(at, 8);
      const std::uint64_t in64 = 0xffffffff;
      const std::string sizes =
          little(m.wide ? in64 : m.packed_size, 4) + little(m.wide ? in64 : m.size, 4);
      const std::string both = little(m.flags, 2) + little(static_cast<unsigned>(m.method), 2) +
                               little(0, 4) + little(m.crc, 4) + sizes;
      data += little(0x04034b50, 4) + little(20, 2) + both + little(m.local_name.size(), 2) +
              little(0, 2) + m.local_name + m.packed;
      directory += little(0x02014b50, 4) + little(20, 2) + little(20, 2) + both +
                   little(m.name.size(), 2) + little(m.wide ? wide_field.size() : 0, 2) +
                   little(0, 2) + little(0, 8) + little(m.wide ? in64 : at, 4) + m.name +
                   (m.wide ? wide_field : "");
    }
    const std::uint64_t begin = data.size(), size = directory.size();
    const std::uint64_t count = members.size() + static_cast<std::uint64_t>(extra_members);
    std::string end;
    if (wide) {
      end += little(0x06064b50, 4) + little(44, 8) + little(45, 4) + little(0, 8) +
             little(count, 8) + little(count, 8) + little(size, 8) + little(begin, 8);
      end += little(0x07064b50, 4) + little(0, 4) + little(begin + size, 8) + little(1, 4);
    }
    end += little(0x06054b50, 4) + little(0, 4) + little(wide ? 0xffff : count, 2) +
           little(wide ? 0xffff : count, 2) + little(wide ? 0xffffffff : size, 4) +
           little(wide ? 0xffffffff : begin, 4) + little(comment.size(), 2) + comment;
    return data + directory + end;
  }
};

}  // namespace linnet::test
