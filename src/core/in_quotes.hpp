// in_quotes: names that come from files, as messages show them.
#pragma once

#include <string>
#include <string_view>

namespace linnet::inline v0::detail {

/// The name between quotes, printable, and cut off where it is too long: "'dense_1'".
std::string in_quotes(std::string_view name);

}  // namespace linnet::inline v0::detail
