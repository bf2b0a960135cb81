// The header of a .npy file: what numpy says of an array.
#pragma once

#include <cstddef>
#include <linnet/core/shape.hpp>
#include <span>
#include <string_view>

namespace linnet::inline v0::detail {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";
/// Magic, version, and the header's length in 4 bytes at most.
inline constexpr std::size_t kNpyPrefix = 12;

/// Where the header's dictionary lies in the file; the data begin at its end.
struct NpyExtent {
  std::size_t begin;
  std::size_t end;
};

/// `start`: the first bytes of the file, kNpyPrefix of them if there are so many. Error:
/// corrupt_file: not a .npy file, or too short; unsupported: another format than 1.0, 2.0, 3.0.
NpyExtent npy_extent(std::span<const std::byte> start);

struct NpyHeader {
  std::string_view descr;  ///< the type: "<f4"
  bool column_major = false;
  Shape shape;
};

/// Reads the Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
/// Error: corrupt_file; unsupported: arrays of records, more than 8 axes.
NpyHeader read_npy_header(std::string_view dictionary);

}  // namespace linnet::inline v0::detail
