// checked_ops: which ops this program has a check for, collected by the checks themselves.
#pragma once

#include <linnet/graph/op.hpp>
#include <set>
#include <string_view>

namespace linnet::test {

/// The names of the ops that note_checked() is compiled for; complete before main().
inline std::set<std::string_view>& checked_ops() {
  static std::set<std::string_view> names;
  return names;
}

template <OpType O>
struct CheckedOp {
  static inline const bool noted = checked_ops().insert(O::kName).second;
};

/// Stands in what compares the kernels of an O with something.
template <OpType O>
void note_checked() {
  [[maybe_unused]] const bool* made_before_main = &CheckedOp<O>::noted;
}

}  // namespace linnet::test
