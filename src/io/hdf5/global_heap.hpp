// Global heaps: where variable-length strings lie.
#pragma once

#include <map>
#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

/// Finds the objects of global heaps; each heap is looked through once.
class GlobalHeaps {
 public:
  explicit GlobalHeaps(Storage& storage) : storage_(storage) {}

  /// The object of that number in the heap at `address`. Error: corrupt_file: there is none.
  Bytes object(std::uint64_t address, std::uint64_t number);

 private:
  using Objects = std::map<std::uint64_t, Bytes>;
  Objects read(std::uint64_t address);

  Storage& storage_;
  std::map<std::uint64_t, Objects> heaps_;
};

}  // namespace linnet::inline v0::detail::hdf5
