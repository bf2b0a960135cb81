// rounds: how often a test repeats what a sanitizer makes slow.
#pragma once

#include <algorithm>

// There if the program is linked with a sanitizer; the tests themselves are compiled as they are.
extern "C" {
void __attribute__((weak)) __asan_init();
void __attribute__((weak)) __tsan_init();
}

namespace linnet::test {

/// `count`, or a tenth of it and at least 1 under a sanitizer, which finds what it looks for in a
/// few rounds and needs ten times as long for each.
inline int rounds(int count) {
  const bool sanitized = __asan_init != nullptr || __tsan_init != nullptr;
  return sanitized ? std::max(1, count / 10) : count;
}

}  // namespace linnet::test
