// NumPy's .npy files to tensors and back.
#pragma once

#include <cstddef>
#include <linnet/core/tensor.hpp>
#include <span>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// The array in the .npy file at `path` (format 1.0, 2.0 or 3.0). Arrays in column-major order
/// (fortran_order) are transposed into row-major order.
/// Types: <f4 <f8 <i4 <i8 |u1 |b1.
/// Error: io (cannot be read), unsupported (another type, big-endian numbers, more than 8 axes),
/// corrupt_file (not a .npy file, or its size is not what its header says).
LINNET_API Tensor read_npy(const std::string& path);
/// The same from memory; the data is copied.
LINNET_API Tensor parse_npy(std::span<const std::byte> bytes);

/// Writes `tensor` as .npy 1.0, atomically: the file at `path` is the old one or the whole new one.
/// Error: io, or dtype_mismatch (a string tensor).
LINNET_API void write_npy(const std::string& path, const Tensor& tensor);
/// The same into memory.
LINNET_API std::vector<std::byte> to_npy(const Tensor& tensor);

}  // namespace linnet::inline v0
