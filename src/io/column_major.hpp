// What lies in memory column by column.
#pragma once

#include <linnet/core/tensor.hpp>

namespace linnet::inline v0::detail {

/// The row-major order of what lies in `from` in column-major order.
Tensor from_column_major(const Tensor& from);

}  // namespace linnet::inline v0::detail
