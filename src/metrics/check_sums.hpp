// check_sums: the sums that a metric is made of may come from a file.
#pragma once

#include <linnet/core/error.hpp>
#include <string_view>

namespace linnet::inline v0::detail {

/// Error (corrupt_file): they are not as many as the metric has.
inline void check_sums(std::string_view metric, bool fit) {
  if (fit) return;
  fail(ErrorCode::corrupt_file, cat("metric: ", metric, ": sums of another metric"));
}

}  // namespace linnet::inline v0::detail
