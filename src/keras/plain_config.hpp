// plain: Keras's ways to write Python's values, as plain JSON.
#pragma once

#include <linnet/core/config.hpp>
#include <string_view>

namespace linnet::inline v0::detail::keras {

/// Tuples become lists, numpy's arrays and scalars numbers and lists, functions their names.
/// Error (unsupported): Python code; an initializer, regularizer or constraint that has the name of
/// one of Keras's, but stands in another module.
Config plain(const Config& value);

/// True if a module is given, and is none of Keras's.
bool is_of_stranger(const Config* module);

/// Error (unsupported), always: what has this name in this module is not Keras's.
[[noreturn]] void refuse_stranger(std::string_view name, const Config& module);

}  // namespace linnet::inline v0::detail::keras
