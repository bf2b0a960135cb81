#include "io/hdf5/chunks.hpp"

#include <algorithm>

#include "io/hdf5/tree.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::string_view kWhat = "chunk";

/// The number of the chunk that begins at these positions. Error: none does.
std::uint64_t number_at(Cursor& cursor, const Layout& layout,
                        const std::vector<std::uint64_t>& grid) {
  std::uint64_t number = 0;
  for (std::size_t axis = 0; axis < grid.size(); ++axis) {
    const std::uint64_t position = cursor.u64();
    const std::uint64_t index = position / layout.chunk[axis];
    if (position % layout.chunk[axis] != 0 || index >= grid[axis]) {
      corrupt(cat("chunk: no chunk begins at ", position, " of axis ", std::uint64_t{axis}));
    }
    number = number * grid[axis] + index;
  }
  return number;
}

/// Keys: packed size, filters skipped, the chunk's position by axis, then 0.
std::vector<Chunk> in_tree(Storage& storage, const Layout& layout,
                           const std::vector<std::uint64_t>& grid, std::uint64_t count) {
  std::vector<Chunk> chunks;
  const std::size_t key_bytes = 4 + 4 + 8 * (grid.size() + 1);
  walk_tree(storage, layout.address, TreeType::chunks, key_bytes,
            [&](Bytes key, std::uint64_t address) {
              if (chunks.size() == count) corrupt("a chunk is there twice");
              Cursor cursor = storage.cursor(key, kWhat);
              const std::uint32_t size = cursor.u32();
              const std::uint32_t skipped = cursor.u32();
              const std::uint64_t number = number_at(cursor, layout, grid);
              chunks.push_back({number, storage.at(address, size, kWhat), skipped});
            });
  return chunks;
}

std::vector<Chunk> one_after_another(Storage& storage, std::uint64_t address, std::uint64_t count,
                                     std::uint64_t chunk_bytes) {
  std::vector<Chunk> chunks;
  for (std::uint64_t i = 0; i < count; ++i) {
    storage.spend();
    chunks.push_back({i, storage.at(address, chunk_bytes, kWhat)});
    address += chunk_bytes;  // inside the file, so no overflow
  }
  return chunks;
}

/// The elements of a fixed array: an address, and of packed chunks a size and a mask.
class FixedArray {
 public:
  FixedArray(Storage& storage, std::uint64_t chunk_bytes, bool filtered)
      : storage_(storage), chunk_bytes_(chunk_bytes), filtered_(filtered) {}

  std::vector<Chunk> read(std::uint64_t address, std::uint64_t count) {
    Cursor header = storage_.cursor(address, kArray);
    header.expect("FAHD");
    header.expect_version(0);
    check_client(header);
    element_bytes_ = header.u8();
    const unsigned page_bits = header.u8();
    const std::uint64_t elements = header.length();
    const std::uint64_t block = header.address();
    storage_.check_sum(address, header.position(), kArray);
    const std::size_t fixed = filtered_ ? storage_.widths().offset + 4 : storage_.widths().offset;
    if (elements != count || element_bytes_ < fixed || element_bytes_ > fixed + 8 ||
        page_bits > 32) {
      corrupt("fixed array: its sizes are not those of the dataset");
    }
    size_bytes_ = element_bytes_ - fixed;
    read_block(block, count, std::uint64_t{1} << page_bits);
    return std::move(chunks_);
  }

 private:
  static constexpr std::string_view kArray = "fixed array";

  void check_client(Cursor& cursor) const {
    if (cursor.u8() != (filtered_ ? 1 : 0)) corrupt("fixed array: of another kind");
  }

  /// A block of more elements than a page has is cut into pages, each with a checksum.
  void read_block(std::uint64_t address, std::uint64_t count, std::uint64_t page) {
    Cursor cursor = storage_.cursor(address, kArray);
    cursor.expect("FADB");
    cursor.expect_version(0);
    check_client(cursor);
    cursor.address();  // of the header
    if (count <= page) {
      read_elements(cursor, count);
      storage_.check_sum(address, cursor.position(), kArray);
      return;
    }
    const std::uint64_t pages = (count - 1) / page + 1;
    cursor.skip((pages - 1) / 8 + 1);  // which pages are written
    storage_.check_sum(address, cursor.position(), kArray);
    cursor.skip(4);
    for (std::uint64_t left = count; left > 0;) {
      const std::uint64_t here = std::min(left, page);
      const std::size_t start = cursor.position();
      read_elements(cursor, here);
      storage_.check_sum(address + start, cursor.position() - start, kArray);
      cursor.skip(4);
      left -= here;
    }
  }

  void read_elements(Cursor& cursor, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      storage_.spend();
      const std::uint64_t address = cursor.address();
      const std::uint64_t size = filtered_ ? cursor.number(size_bytes_) : chunk_bytes_;
      const std::uint32_t skipped = filtered_ ? cursor.u32() : 0;
      if (address == kNowhere) continue;  // never written
      chunks_.push_back({number_ + i, storage_.at(address, size, kWhat), skipped});
    }
    number_ += count;
  }

  Storage& storage_;
  std::uint64_t chunk_bytes_;
  bool filtered_;
  std::size_t element_bytes_ = 0;
  std::size_t size_bytes_ = 0;
  std::uint64_t number_ = 0;
  std::vector<Chunk> chunks_;
};

std::vector<Chunk> by_index(Storage& storage, const Layout& layout,
                            const std::vector<std::uint64_t>& grid, std::uint64_t count,
                            std::uint64_t chunk_bytes, bool filtered) {
  switch (layout.index) {
    case ChunkIndex::tree:
      return in_tree(storage, layout, grid, count);
    case ChunkIndex::fixed_array:
      return FixedArray(storage, chunk_bytes, filtered).read(layout.address, count);
    case ChunkIndex::implicit:
      return one_after_another(storage, layout.address, count, chunk_bytes);
    default: {
      const std::uint64_t size = layout.single_bytes > 0 ? layout.single_bytes : chunk_bytes;
      return {{0, storage.at(layout.address, size, kWhat), layout.single_skipped}};
    }
  }
}

}  // namespace

std::vector<std::uint64_t> chunk_grid(const Shape& shape, const Layout& layout) {
  if (layout.chunk.size() != static_cast<std::size_t>(shape.rank())) {
    corrupt(
        cat("chunks of ", std::uint64_t{layout.chunk.size()}, " axes for data of ", shape.rank()));
  }
  std::vector<std::uint64_t> grid;
  for (const std::uint64_t size : layout.chunk) {
    const auto whole = static_cast<std::uint64_t>(shape[static_cast<int>(grid.size())]);
    grid.push_back(whole == 0 ? 0 : (whole - 1) / size + 1);
  }
  return grid;
}

std::vector<Chunk> find_chunks(Storage& storage, const Layout& layout, const Shape& shape,
                               std::uint64_t chunk_bytes, bool filtered) {
  const std::vector<std::uint64_t> grid = chunk_grid(shape, layout);
  std::uint64_t count = 1;
  for (const std::uint64_t chunks : grid) count = product(count, chunks, "the number of chunks");
  if (count == 0) return {};
  if (layout.address == kNowhere) unsupported("data that were never written");
  std::vector<Chunk> chunks = by_index(storage, layout, grid, count, chunk_bytes, filtered);
  std::sort(chunks.begin(), chunks.end(),
            [](const Chunk& a, const Chunk& b) { return a.number < b.number; });
  std::uint64_t packed = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    packed += chunks[i].packed.size();
    if (packed > storage.size()) corrupt("chunks lie over one another");
    if (chunks[i].number < i) corrupt("a chunk is there twice");
    if (chunks[i].number > i) unsupported("a chunk was never written");
  }
  if (chunks.size() != count) unsupported("a chunk was never written");
  return chunks;
}

}  // namespace linnet::inline v0::detail::hdf5
