// allocations: how often linnet asks for memory, counted by the program's own new and malloc.
#pragma once

#include <cstddef>

namespace linnet::test {

/// How often memory was asked for in all threads so far, but not by oneDNN for itself; stays 0
/// where a sanitizer counts instead.
std::size_t allocations();

/// How often while `f` runs.
template <class F>
std::size_t allocations_of(F&& f) {
  const std::size_t before = allocations();
  f();
  return allocations() - before;
}

}  // namespace linnet::test
