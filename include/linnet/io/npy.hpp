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
/// Types: f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1, little- or big-endian. What tensors have not becomes
/// wider: f2 float32; i1, i2 and u2 int32; u4 and u8 int64. Strings, U (code points) and S (bytes
/// of UTF-8), become string tensors. Error: io (cannot be read), unsupported (another type, more
/// than 8 axes, a u8 beyond int64), corrupt_file (not a .npy file, its size is not what its header
/// says, a string is not Unicode).
LINNET_API Tensor read_npy(const std::string& path);
/// The same from memory; the data is copied.
LINNET_API Tensor parse_npy(std::span<const std::byte> bytes);

/// Writes `tensor` as .npy 1.0, atomically: the file at `path` is the old one or the whole new one.
/// Error: io, or dtype_mismatch (a string tensor).
LINNET_API void write_npy(const std::string& path, const Tensor& tensor);
/// The same into memory.
LINNET_API std::vector<std::byte> to_npy(const Tensor& tensor);

}  // namespace linnet::inline v0
