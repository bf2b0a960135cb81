// The layout of a dataset: where its data lie.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// How the chunks of a dataset are found.
enum class ChunkIndex : std::uint8_t { tree, single, implicit, fixed_array };

struct Layout {
  bool chunked = false;
  /// Of compact and contiguous data: all bytes. Kept in the file.
  Bytes data;
  bool written = true;  ///< false: contiguous storage that has no place in the file

  ChunkIndex index = ChunkIndex::tree;
  std::vector<std::uint64_t> chunk;  ///< sizes of a chunk, in elements, by axis
  std::uint64_t element = 0;         ///< bytes of an element, as the layout says
  std::uint64_t address = kNowhere;  ///< of the index, or of the first chunk
  std::uint64_t single_bytes = 0;    ///< packed size of a single chunk; 0: not packed
  std::uint32_t single_skipped = 0;  ///< filters that were not applied to it
};

/// Reads layout messages of versions 3 and 4. Error: unsupported: other versions, virtual datasets,
/// chunks indexed by an extensible array or a B-tree of version 2 (of datasets that can grow, in
/// files for "latest" libraries).
Layout read_layout(const Storage& storage, Bytes message);

}  // namespace linnet::inline v0::detail::hdf5
