// The superblock: where an HDF5 file begins.
#pragma once

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

struct Superblock {
  Storage storage;
  std::uint64_t root = 0;  ///< address of the root group's header
};

/// Reads superblocks of versions 0 to 3, at 0 or after a user block.
/// Error: corrupt_file: not HDF5, or cut short; unsupported: another version.
Superblock read_superblock(Bytes file, const Limits& limits);

}  // namespace linnet::inline v0::detail::hdf5
