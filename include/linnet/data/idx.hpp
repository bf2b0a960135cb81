// The IDX files in which MNIST and its relatives are published.
#pragma once

#include <linnet/core/tensor.hpp>
#include <string>

namespace linnet::inline v0 {

/// The array in the IDX file at `path`, plain or compressed with gzip. Types: unsigned bytes
/// (uint8), 32-bit integers (int32), 32-bit floats (float32).
/// Error: not_found, io; unsupported: another type, more than 8 axes; invalid_argument: more than
/// `max_bytes` of data; corrupt_file: not an IDX file, or its data is shorter or longer than its
/// header says.
LINNET_API Tensor read_idx(const std::string& path, Index max_bytes = Index{1} << 30);

}  // namespace linnet::inline v0
