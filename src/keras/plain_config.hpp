// plain: Keras's ways to write Python's values, as plain JSON.
#pragma once

#include <linnet/core/config.hpp>

namespace linnet::inline v0::detail::keras {

/// Tuples become lists, numpy's arrays and scalars numbers and lists, functions their names.
/// Error (unsupported): Python code.
Config plain(const Config& value);

}  // namespace linnet::inline v0::detail::keras
