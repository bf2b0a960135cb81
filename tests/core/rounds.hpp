// rounds: how often a test repeats what a sanitizer makes slow.
#pragma once

#include <algorithm>

#include "core/sanitized.hpp"

namespace linnet::test {

/// `count`, or a tenth of it and at least 1 under a sanitizer, which finds what it looks for in a
/// few rounds and needs ten times as long for each.
inline int rounds(int count) { return sanitized() ? std::max(1, count / 10) : count; }

}  // namespace linnet::test
