// The checksums of HDF5 files.
#pragma once

#include <cstdint>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// Of metadata: Bob Jenkins's lookup3 (hashlittle), started with 0.
std::uint32_t lookup3(Bytes bytes);
/// Of chunks: Fletcher's sum of big-endian 16-bit words, modulo 65535.
std::uint32_t fletcher32(Bytes bytes);

}  // namespace linnet::inline v0::detail::hdf5
