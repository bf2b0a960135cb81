// Lists of strings as uint8 tensors, for containers that hold numbers only.
#pragma once

#include <linnet/core/tensor.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// A uint8 tensor (bytes): the number of strings (8 bytes), then of each its length (4 bytes) and
/// its bytes, all little-endian. Any bytes are allowed in a string.
/// Error: a string of 4 GiB or more.
LINNET_API Tensor pack_strings(const std::vector<std::string>& strings);

/// The strings that pack_strings packed.
/// Error: dtype_mismatch (not uint8), corrupt_file (lengths that do not fill the tensor exactly).
LINNET_API std::vector<std::string> unpack_strings(const Tensor& packed);

}  // namespace linnet::inline v0
