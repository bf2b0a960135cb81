// hdf5_bytes: an HDF5 file of numbers.
#pragma once

#include <cstddef>
#include <linnet/io/safetensors.hpp>
#include <vector>

namespace linnet::inline v0::detail {

/// An HDF5 file that holds each tensor as a dataset under its name, a path ("layers/dense/vars/0")
/// whose groups are made. Error: invalid_argument: a path twice, one that leads through a dataset,
/// an empty name; unsupported: strings.
std::vector<std::byte> hdf5_bytes(const std::vector<NamedTensor>& datasets);

}  // namespace linnet::inline v0::detail
