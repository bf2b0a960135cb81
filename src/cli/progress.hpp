// What commands that train share.
#pragma once

#include <initializer_list>
#include <linnet/model/callbacks.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::cli {

/// Shows the progress on standard error, if that is a terminal.
std::vector<CallbackHandle> progress_on_terminal();
/// Error: a model could not be written there, or `path` has one of the endings of formats that
/// the model cannot be written in; `instead` says what to do. Nothing is left behind.
void check_writable(const std::string& path, std::initializer_list<std::string_view> endings,
                    std::string_view instead);

}  // namespace linnet::cli
