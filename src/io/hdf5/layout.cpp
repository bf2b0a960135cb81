#include "io/hdf5/layout.hpp"

#include <linnet/core/shape.hpp>

namespace linnet::inline v0::detail::hdf5 {

namespace {

enum class Kind : std::uint8_t { compact = 0, contiguous = 1, chunked = 2, virtual_dataset = 3 };

/// `count` sizes: those of a chunk by axis, then the bytes of an element.
void read_sizes(Layout& layout, Cursor& cursor, std::size_t count, std::size_t width) {
  if (count < 2 || count > static_cast<std::size_t>(Shape::kMaxRank) + 1) {
    unsupported(cat("chunks of ", std::uint64_t{count}, " sizes"));
  }
  if (width < 1 || width > 8) corrupt("layout: sizes of more than 8 bytes");
  while (layout.chunk.size() + 1 < count) {
    layout.chunk.push_back(cursor.number(width));
    if (layout.chunk.back() == 0) corrupt("layout: a chunk of size 0");
  }
  layout.element = cursor.number(width);
}

void read_tree_chunks(Layout& layout, Cursor& cursor) {
  const std::size_t count = cursor.u8();
  layout.address = cursor.address();
  read_sizes(layout, cursor, count, 4);
}

void read_indexed_chunks(Layout& layout, Cursor& cursor) {
  const unsigned flags = cursor.u8();
  if ((flags & 1) != 0) unsupported("chunks that are packed except at the edges");
  const std::size_t count = cursor.u8();
  const std::size_t width = cursor.u8();
  read_sizes(layout, cursor, count, width);
  switch (const unsigned index = cursor.u8()) {
    case 1:
      layout.index = ChunkIndex::single;
      if ((flags & 2) != 0) {
        layout.single_bytes = cursor.length();
        layout.single_skipped = cursor.u32();
      }
      break;
    case 2:
      layout.index = ChunkIndex::implicit;
      break;
    case 3:
      layout.index = ChunkIndex::fixed_array;
      cursor.skip(1);  // bits of a page; the array's header says it too
      break;
    case 4:
      unsupported("chunks indexed by an extensible array are not supported");
    case 5:
      unsupported("chunks indexed by a B-tree of version 2 are not supported");
    default:
      corrupt(cat("layout: a chunk index of kind ", index));
  }
  layout.address = cursor.address();
}

}  // namespace

Layout read_layout(const Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "layout");
  const int version = cursor.u8();
  if (version != 3 && version != 4) {
    unsupported(cat("a layout message of version ", version, "; known: 3, 4"));
  }
  Layout layout;
  switch (const auto kind = static_cast<Kind>(cursor.u8()); kind) {
    case Kind::compact:
      layout.data = cursor.take(cursor.u16());
      break;
    case Kind::contiguous: {
      const std::uint64_t address = cursor.address();
      const std::uint64_t size = cursor.length();
      layout.written = address != kNowhere;
      if (layout.written) layout.data = storage.at(address, size, "data");
      break;
    }
    case Kind::chunked:
      layout.chunked = true;
      version == 3 ? read_tree_chunks(layout, cursor) : read_indexed_chunks(layout, cursor);
      break;
    case Kind::virtual_dataset:
      unsupported("a virtual dataset, whose data are in other files, is not supported");
    default:
      corrupt(cat("layout: of kind ", static_cast<int>(kind)));
  }
  return layout;
}

}  // namespace linnet::inline v0::detail::hdf5
