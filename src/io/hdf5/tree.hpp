// B-trees of version 1: indices of old groups and of chunks.
#pragma once

#include <functional>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class TreeType : std::uint8_t { group = 0, chunks = 1 };

/// Calls visit(key, child) for what the leaves of the tree at `address` hold, in order. `key` has
/// `key_bytes` and is the one before the child.
void walk_tree(Storage& storage, std::uint64_t address, TreeType type, std::size_t key_bytes,
               const std::function<void(Bytes key, std::uint64_t child)>& visit);

}  // namespace linnet::inline v0::detail::hdf5
