// destroy_flat: ends chains of owners without recursion.
#pragma once

#include <iterator>
#include <utility>
#include <vector>

namespace linnet::inline v0::detail {

/// Destroys the elements one by one. An element whose end would end others of its type leaves them
/// here in turn, so that a chain of any length needs no deep stack.
template <class T>
void destroy_flat(std::vector<T> held) {
  // A plain pointer: it may be read while statics are destroyed.
  static thread_local std::vector<T>* waiting = nullptr;
  if (waiting != nullptr) {
    waiting->insert(waiting->end(), std::make_move_iterator(held.begin()),
                    std::make_move_iterator(held.end()));
    return;
  }
  waiting = &held;
  while (!held.empty()) {
    const T last = std::move(held.back());
    held.pop_back();
  }
  waiting = nullptr;
}

}  // namespace linnet::inline v0::detail
