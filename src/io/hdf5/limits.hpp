// Limits: what reading an HDF5 file may cost.
#pragma once

#include <cstdint>

namespace linnet::inline v0::detail::hdf5 {

/// Whatever a file says, reading costs no more than this. Memory is bounded by the file's size too:
/// the data of a dataset must all be stored, and deflate shrinks at most 1,032 times.
struct Limits {
  std::uint64_t dataset_bytes = std::uint64_t{4} << 30;     ///< of one dataset or chunk, unpacked
  std::uint64_t attribute_bytes = std::uint64_t{16} << 20;  ///< of one attribute
  std::uint64_t name_bytes = 4096;                          ///< of a link, attribute or filter
  std::uint64_t header_bytes = std::uint64_t{4} << 20;      ///< of one object's header
  /// Messages, links, nodes and chunks looked at, all together; long names and blocks with a
  /// checksum count more than once.
  std::uint64_t steps = 4'000'000;
  std::uint64_t depth = 64;   ///< levels of a tree
  std::uint64_t names = 128;  ///< in a path: a model within models has two for each of them
  bool checksums = true;      ///< verified where the file has them
};

}  // namespace linnet::inline v0::detail::hdf5
