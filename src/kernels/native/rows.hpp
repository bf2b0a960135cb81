// UsedRows: a reading of the tensor that the op rows_index writes.
#pragma once

#include <cstdint>

#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

/// The layout of ops::RowsIndex over n positions (see there).
struct UsedRows {
  using Id = std::int32_t;
  Id used = 0;                 ///< how many rows
  const Id* rows = nullptr;    ///< which
  const Id* starts = nullptr;  ///< entries of row i: starts[i] .. starts[i + 1]
  const Id* entries = nullptr;
  const Id* counts = nullptr;

  UsedRows(const Id* index, Index n)
      : used(index[0]), rows(index + 2), starts(rows + n), entries(starts + n + 1),
        counts(entries + n) {}
  /// n, from the number of elements of the tensor.
  static Index positions(Index elements) { return (elements - 3) / 4; }
};

}  // namespace linnet::inline v0
