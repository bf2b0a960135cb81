// CategoryOutput: how layers that find categories put them out.
#pragma once

#include <linnet/core/choice.hpp>

namespace linnet::inline v0 {

namespace detail {
struct CategoryOutputList {
  static constexpr std::string_view kName = "output_mode";
  static constexpr std::string_view kWords[] = {"int", "one_hot", "multi_hot", "count", "tf_idf"};
};
}  // namespace detail

/// With `depth` categories:
///   "int"        the number of the category, int32, of the input's shape
///   "one_hot"    (..., n) -> float32 (..., n, depth), (..., 1) -> (..., depth): 1 at the category
///   "multi_hot"  (batch, n) -> float32 (batch, depth): 1 for each category that the row has
///   "count"      the same, with how often the row has it
///   "tf_idf"     the same, with count times the category's weight
using CategoryOutput = Choice<detail::CategoryOutputList>;

}  // namespace linnet::inline v0
