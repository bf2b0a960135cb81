// What a command found, as one JSON object or as lines.
#pragma once

#include <linnet/core/config.hpp>

namespace linnet::cli {

/// Prints one JSON object and a line end on standard output; numbers that are not finite as null.
void print_json(const Config& object);

/// Prints an object of numbers and strings: as JSON, or a line for each, "train rows  96"; nulls
/// have no line.
void print_result(const Config& object, bool json);

}  // namespace linnet::cli
