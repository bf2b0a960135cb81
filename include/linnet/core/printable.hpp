// printable: names that come from files, as terminals and tables may show them.
#pragma once

#include <linnet/export.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0::detail {

/// `text` with everything escaped that moves a terminal's cursor, ends a line, turns the direction
/// of what follows or is no UTF-8: "a\nb" becomes "a\\nb", an escape character "\\x1b". All else
/// stays.
LINNET_API std::string printable(std::string_view text);

}  // namespace linnet::inline v0::detail
