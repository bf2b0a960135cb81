// B-trees of version 2: indices of dense links and attributes.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class Tree2Type : std::uint8_t { link_names = 5, attribute_names = 8 };

/// All records of the tree at `address`, each of the size that the tree says.
std::vector<Bytes> read_records(Storage& storage, std::uint64_t address, Tree2Type type);

}  // namespace linnet::inline v0::detail::hdf5
