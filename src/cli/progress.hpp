// What commands that train share.
#pragma once

#include <linnet/model/callbacks.hpp>
#include <string>
#include <vector>

namespace linnet::cli {

/// Shows the progress on standard error, if that is a terminal.
std::vector<CallbackHandle> progress_on_terminal();
/// Error: a file could not be written there. Nothing is left behind.
void check_writable(const std::string& path);

}  // namespace linnet::cli
