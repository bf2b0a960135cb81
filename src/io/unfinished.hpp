// What AtomicFile leaves where a program was killed.
#pragma once

#include <string>

namespace linnet::inline v0::detail {

/// Removes the temporaries of AtomicFile in a folder that nobody writes to. What cannot be removed
/// stays.
void remove_unfinished(const std::string& folder);

}  // namespace linnet::inline v0::detail
