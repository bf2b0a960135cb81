#include "io/hdf5/superblock.hpp"

#include "io/hdf5/checksums.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr std::uint64_t kFirstUserBlock = 512;

/// A user block of 512, 1024, 2048, ... bytes may precede the superblock.
std::size_t find_signature(Bytes file) {
  for (std::uint64_t at = 0; at < file.size(); at = at == 0 ? kFirstUserBlock : 2 * at) {
    const auto start = static_cast<std::size_t>(at);
    if (text_of(file.subspan(start)).starts_with(kSignature)) return start;
  }
  corrupt(file.empty() ? "the file is empty" : "not an HDF5 file: its signature is not there");
}

Widths read_widths(Cursor& cursor) {
  const Widths widths{cursor.u8(), cursor.u8()};
  for (const std::size_t width : {widths.offset, widths.length}) {
    if (width != 2 && width != 4 && width != 8) {
      corrupt(cat("superblock: expected addresses and lengths of 2, 4 or 8 bytes, got ",
                  std::uint64_t{width}));
    }
  }
  return widths;
}

struct Fields {
  Widths widths;
  std::uint64_t base = 0;
  std::uint64_t end = 0;
  std::uint64_t root = 0;
};

/// Versions 0 and 1: `cursor` stands after the version.
Fields read_old(Bytes file, Cursor cursor, int version) {
  cursor.skip(4);  // versions of other parts, all 0
  Fields fields;
  fields.widths = read_widths(cursor);
  cursor.skip(version == 0 ? 9 : 13);  // reserved, sizes of tree nodes, flags
  Cursor wide(file.subspan(kSignature.size() + 1 + cursor.position()), fields.widths, "superblock");
  fields.base = wide.address();
  wide.address();  // free space
  fields.end = wide.address();
  wide.address();                   // driver information
  wide.skip(fields.widths.offset);  // the root's name
  fields.root = wide.address();
  return fields;
}

/// Versions 2 and 3.
Fields read_new(Bytes file, Cursor cursor, const Limits& limits) {
  Fields fields;
  fields.widths = read_widths(cursor);
  cursor.skip(1);  // flags
  const std::size_t start = kSignature.size() + 1 + cursor.position();
  Cursor wide(file.subspan(start), fields.widths, "superblock");
  fields.base = wide.address();
  wide.address();  // extension
  fields.end = wide.address();
  fields.root = wide.address();
  const std::size_t size = start + wide.position();
  if (wide.u32() != lookup3(file.first(size)) && limits.checksums) {
    corrupt("superblock: its checksum is wrong: the file is damaged");
  }
  return fields;
}

}  // namespace

Superblock read_superblock(Bytes file, const Limits& limits) {
  const std::size_t start = find_signature(file);
  const Bytes bytes = file.subspan(start);
  Cursor cursor(bytes.subspan(kSignature.size()), {}, "superblock");
  const int version = cursor.u8();
  if (version > 3) unsupported(cat("expected a superblock of version 0 to 3, got ", version));
  const Bytes after = bytes.subspan(kSignature.size() + 1);
  const Cursor rest(after, {}, "superblock");
  const Fields fields =
      version < 2 ? read_old(bytes, rest, version) : read_new(bytes, rest, limits);
  if (fields.base != start && fields.base != 0) {
    corrupt(
        cat("superblock: expected the base address ", std::uint64_t{start}, ", got ", fields.base));
  }
  if (fields.end > file.size() || fields.end < start) {
    corrupt(cat("the file is cut short: expected ", fields.end, " bytes, got ",
                std::uint64_t{file.size()}));
  }
  const Bytes used = file.subspan(start, static_cast<std::size_t>(fields.end) - start);
  return {Storage(used, fields.widths, limits), fields.root};
}

}  // namespace linnet::inline v0::detail::hdf5
