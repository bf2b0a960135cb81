// allocations: how often the program asks for memory, counted by its own operator new.
#pragma once

#include <cstddef>

namespace linnet::test {

/// The calls of operator new in all threads so far; stays 0 where a sanitizer counts instead.
std::size_t allocations();

/// The calls of operator new while `f` runs.
template <class F>
std::size_t allocations_of(F&& f) {
  const std::size_t before = allocations();
  f();
  return allocations() - before;
}

}  // namespace linnet::test
