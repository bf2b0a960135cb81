// hdf5_bytes: an HDF5 file of numbers, with texts beside its groups.
#pragma once

#include <cstddef>
#include <linnet/io/safetensors.hpp>
#include <vector>

namespace linnet::inline v0::detail {

/// Said of a group, which is made if no dataset is in it.
struct Hdf5Attribute {
  std::string group;  ///< its path; "": the root
  std::string name;
  Tensor value;  ///< strings or numbers; at most 3,000 of them
};

/// An HDF5 file that holds each tensor as a dataset under its name, a path ("layers/dense/vars/0")
/// whose groups are made. Error: invalid_argument: a path or an attribute twice, a path that leads
/// through a dataset, an empty name; unsupported: strings, an attribute of more than 64 KiB.
std::vector<std::byte> hdf5_bytes(const std::vector<NamedTensor>& datasets,
                                  const std::vector<Hdf5Attribute>& attributes = {});

}  // namespace linnet::inline v0::detail
