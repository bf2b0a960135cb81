// UsedRows: a reading of the tensor that the op rows_index writes.
#pragma once

#include <cstdint>

#include "kernels/threads.hpp"

namespace linnet::inline v0 {

/// One part of an index; see ops::RowsIndex for the layout.
struct UsedRows {
  using Id = std::int32_t;
  Id used = 0;                 ///< how many rows
  const Id* rows = nullptr;    ///< which
  const Id* starts = nullptr;  ///< entries of row i: starts[i] .. starts[i + 1]
  const Id* entries = nullptr;
  const float* weights = nullptr;

  UsedRows(const Id* index, Index part) {
    const Id* data = index + index[1 + 2 * part];
    const Index n = index[2 + 2 * part];
    used = data[0];
    rows = data + 1;
    starts = rows + n;
    entries = starts + n + 1;
    weights = reinterpret_cast<const float*>(entries + n);
  }
};

/// Calls f(part, i) for each row i of each part; a part stays on one thread.
template <class F>
void for_used_rows(int threads, const UsedRows::Id* index, F&& f) {
  parallel_for(threads, index[0], 1, [&](Index begin, Index end) {
    for (Index p = begin; p < end; ++p) {
      const UsedRows part(index, p);
      for (Index i = 0; i < part.used; ++i) f(part, i);
    }
  });
}

}  // namespace linnet::inline v0
