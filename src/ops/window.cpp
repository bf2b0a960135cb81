#include "ops/window.hpp"

#include <algorithm>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::ops {

Window window_over(const Shape& x, std::span<const Index> sizes, std::span<const Index> strides,
                   std::span<const Index> dilations, std::string_view padding) {
  Window window;
  window.strides.assign(strides.begin(), strides.end());
  window.dilations.assign(dilations.begin(), dilations.end());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Index size = x[static_cast<int>(i) + 1];
    const Index span = (sizes[i] - 1) * dilations[i] + 1;
    Index total = 0, before = 0;
    if (padding == "causal") {
      total = before = span - 1;
    } else if (padding == "same" && size != any) {  // else it is asked again with the size known
      const Index outputs = (size + strides[i] - 1) / strides[i];
      total = std::max<Index>(0, (outputs - 1) * strides[i] + span - size);
      before = total / 2;
    }
    window.before.push_back(before);
    window.after.push_back(total - before);
  }
  return window;
}

Value grouped_kernel(const Value& kernel) {
  const Shape& shape = kernel.shape();
  const int last = shape.rank() - 1;
  return reshape(kernel, shape.with(last - 1, 1).with(last, shape[-2] * shape[-1]));
}

}  // namespace linnet::inline v0::ops
