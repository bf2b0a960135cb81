// The chunks of a dataset.
#pragma once

#include <linnet/core/shape.hpp>
#include <vector>

#include "io/hdf5/layout.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// A chunk as it lies in the file.
struct Chunk {
  std::uint64_t number = 0;  ///< in the grid of chunks, row by row
  Bytes packed;
  std::uint32_t skipped = 0;  ///< filters that were not applied, by bit
};

/// Chunks along each axis.
std::vector<std::uint64_t> chunk_grid(const Shape& shape, const Layout& layout);

/// All chunks, each once, in the order of their numbers. `chunk_bytes`: of an unpacked one.
/// Error: corrupt_file; unsupported: chunks that were never written.
std::vector<Chunk> find_chunks(Storage& storage, const Layout& layout, const Shape& shape,
                               std::uint64_t chunk_bytes, bool filtered);

}  // namespace linnet::inline v0::detail::hdf5
