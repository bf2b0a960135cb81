// Fractal heaps: where dense links and attributes lie.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// The objects of a fractal heap. Its space is cut into blocks of growing size, which a table of
/// tables points to.
class FractalHeap {
 public:
  /// Finds all blocks. Error: corrupt_file; unsupported: packed blocks.
  FractalHeap(Storage& storage, std::uint64_t address);

  /// Bytes of an id.
  std::size_t id_bytes() const { return id_bytes_; }
  /// The object of that id. Error: unsupported: a huge one, stored outside the blocks.
  Bytes object(Bytes id) const;

 private:
  struct Block {
    std::uint64_t begin = 0;  ///< in the heap's space
    Bytes bytes;
  };

  void read_header(Cursor& cursor);
  std::uint64_t row_bytes(std::uint64_t row) const;
  void add_direct(std::uint64_t address, std::uint64_t begin, std::uint64_t size);
  void add_indirect(std::uint64_t address, std::uint64_t begin, std::uint64_t rows);

  Storage& storage_;
  std::size_t id_bytes_ = 0;
  bool summed_ = false;  ///< direct blocks have checksums
  std::uint64_t largest_object_ = 0;
  std::uint64_t columns_ = 0;     ///< blocks in a row of a table
  std::uint64_t first_ = 0;       ///< bytes of a block in rows 0 and 1; doubled from row to row
  std::uint64_t last_ = 0;        ///< bytes of the largest direct block; larger ones are tables
  unsigned space_bits_ = 0;       ///< of a position in the heap's space
  std::size_t offset_bytes_ = 0;  ///< of such a position
  std::size_t length_bytes_ = 0;  ///< of an object's length in its id
  std::uint64_t root_ = kNowhere;
  std::uint64_t root_rows_ = 0;  ///< 0: the root is a direct block
  std::vector<Block> blocks_;    ///< direct ones, in order
};

}  // namespace linnet::inline v0::detail::hdf5
