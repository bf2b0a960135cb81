#include "io/hdf5/fractal_heap.hpp"

#include <algorithm>
#include <bit>

#include "io/hdf5/checksums.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::string_view kWhat = "fractal heap";
constexpr unsigned kMostBits = 62;  // of the heap's space, so that sums of positions fit

}  // namespace

FractalHeap::FractalHeap(Storage& storage, std::uint64_t address) : storage_(storage) {
  Cursor cursor = storage.cursor(address, kWhat);
  read_header(cursor);
  storage.check_sum(address, cursor.position(), kWhat);
  if (root_ == kNowhere) return;
  root_rows_ == 0 ? add_direct(root_, 0, first_) : add_indirect(root_, 0, root_rows_);
}

void FractalHeap::read_header(Cursor& cursor) {
  cursor.expect("FRHP");
  cursor.expect_version(0);
  id_bytes_ = cursor.u16();
  const std::uint16_t filter_bytes = cursor.u16();
  if (filter_bytes != 0) unsupported("packed links or attributes are not supported");
  summed_ = (cursor.u8() & 2) != 0;
  largest_object_ = cursor.u32();
  // Huge objects, free space, sizes and counts: eight lengths and two addresses, mixed.
  cursor.length();
  cursor.address();
  cursor.length();
  cursor.address();
  for (int i = 0; i < 8; ++i) cursor.length();
  columns_ = cursor.u16();
  first_ = cursor.length();
  last_ = cursor.length();
  space_bits_ = cursor.u16();
  cursor.skip(2);  // rows that the root starts with
  root_ = cursor.address();
  root_rows_ = cursor.u16();
  if (!std::has_single_bit(columns_) || !std::has_single_bit(first_) ||
      !std::has_single_bit(last_) || first_ > last_ || space_bits_ > kMostBits ||
      static_cast<unsigned>(std::bit_width(last_)) > space_bits_) {
    corrupt(cat(kWhat, ": its sizes make no sense"));
  }
  offset_bytes_ = (space_bits_ + 7) / 8;
  const auto direct_bits = static_cast<std::size_t>(std::bit_width(last_)) - 1;
  const auto object_bits = static_cast<std::size_t>(std::bit_width(largest_object_));
  length_bytes_ = std::min((direct_bits + 7) / 8, (object_bits + 7) / 8);
}

std::uint64_t FractalHeap::row_bytes(std::uint64_t row) const {
  return row == 0 ? first_ : first_ << (row - 1);
}

void FractalHeap::add_direct(std::uint64_t address, std::uint64_t begin, std::uint64_t size) {
  storage_.spend();
  const Bytes block = storage_.at(address, size, kWhat);
  Cursor cursor = storage_.cursor(block, kWhat);
  cursor.expect("FHDB");
  cursor.expect_version(0);
  cursor.address();  // of the heap
  if (cursor.number(offset_bytes_) != begin) corrupt(cat(kWhat, ": a block of another place"));
  if (summed_ && storage_.limits().checksums) {
    storage_.spend_bytes(size);
    // The sum is that of the block with zeros for the sum.
    const std::size_t at = cursor.position();
    const std::uint32_t sum = cursor.u32();
    std::vector<std::byte> copy(block.begin(), block.end());
    std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(at), 4, std::byte{0});
    if (lookup3(copy) != sum) corrupt(cat(kWhat, ": the checksum of a block is wrong"));
  }
  blocks_.push_back({begin, block});
}

/// A table of `rows` rows: of direct blocks while these are not too large, else of tables, each of
/// which has fewer rows.
void FractalHeap::add_indirect(std::uint64_t address, std::uint64_t begin, std::uint64_t rows) {
  storage_.spend();
  const auto row_bits = static_cast<std::uint64_t>(std::bit_width(first_ * columns_)) - 1;
  if (row_bits > space_bits_ || rows > space_bits_ - row_bits + 1) {
    corrupt(cat(kWhat, ": a table of ", rows, " rows"));
  }
  Cursor cursor = storage_.cursor(address, kWhat);
  cursor.expect("FHIB");
  cursor.expect_version(0);
  cursor.address();  // of the heap
  if (cursor.number(offset_bytes_) != begin) corrupt(cat(kWhat, ": a table of another place"));
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::uint64_t size = row_bytes(row);
    for (std::uint64_t column = 0; column < columns_; ++column, begin += size) {
      storage_.spend();
      const std::uint64_t child = cursor.address();
      if (child == kNowhere) continue;
      if (size <= last_) {
        add_direct(child, begin, size);
      } else {
        const auto size_bits = static_cast<std::uint64_t>(std::bit_width(size)) - 1;
        if (size_bits < row_bits) corrupt(cat(kWhat, ": a table without rows"));
        add_indirect(child, begin, size_bits - row_bits + 1);
      }
    }
  }
  storage_.check_sum(address, cursor.position(), kWhat);
}

Bytes FractalHeap::object(Bytes id) const {
  Cursor cursor = storage_.cursor(id, kWhat);
  const unsigned flags = cursor.u8();
  const unsigned kind = flags >> 4 & 3;
  if (flags >> 6 != 0) unsupported(cat(kWhat, ": ids of version ", flags >> 6));
  if (kind == 1) unsupported("an attribute or link of several kB in dense storage");
  if (kind == 2) return cursor.take((flags & 0xF) + 1);  // tiny: lies in its id
  if (kind != 0) corrupt(cat(kWhat, ": an object of kind ", kind));
  const std::uint64_t begin = cursor.number(offset_bytes_);
  const std::uint64_t size = cursor.number(length_bytes_);
  const auto after = std::upper_bound(
      blocks_.begin(), blocks_.end(), begin,
      [](std::uint64_t position, const Block& block) { return position < block.begin; });
  if (after == blocks_.begin()) corrupt(cat(kWhat, ": no block at ", begin));
  const Block& block = *std::prev(after);
  return part(block.bytes, begin - block.begin, size, kWhat);
}

}  // namespace linnet::inline v0::detail::hdf5
