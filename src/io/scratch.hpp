// Scratch: memory for much that is written once and read often, in RAM or in a file without a name.
#pragma once

#include <cstddef>
#include <memory>

namespace linnet::inline v0::detail {

/// Zeros that take room only where they are written. On disk: pages of a file in the folder for
/// temporary files, whose room is reserved now and which goes with the last pointer.
/// Error (io): no such room.
std::shared_ptr<void> scratch_memory(std::size_t bytes, bool on_disk);

}  // namespace linnet::inline v0::detail
