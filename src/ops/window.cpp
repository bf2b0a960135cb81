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

ConvolutionInput transposed_over(const Shape& x, std::span<const Index> sizes,
                                 std::span<const Index> strides, std::span<const Index> dilations,
                                 std::string_view padding, std::span<const Index> output_padding) {
  std::vector<Index> outputs;
  Shape wide = x;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const int axis = static_cast<int>(i) + 1;
    const Index size = x[axis], stride = strides[i];
    const Index span = (sizes[i] - 1) * dilations[i] + 1;
    Index output = size * stride + (padding == "same" ? 0 : std::max<Index>(span - stride, 0));
    if (!output_padding.empty()) {
      const Index pad = padding == "same" ? span / 2 : 0;
      output = (size - 1) * stride + span - 2 * pad + output_padding[i];
    }
    if (size != any && output < std::min<Index>(size, 1)) {
      detail::fail(ErrorCode::shape_mismatch, detail::cat("nothing is left of ", x));
    }
    outputs.push_back(size == any ? any : output);
    wide = wide.with(axis, outputs.back());
  }
  return {window_over(wide, sizes, strides, dilations, padding), 1, std::move(outputs)};
}

Value adaptive_reduce(ReduceKind kind, const Value& x, int axis, Index count) {
  const Index size = x.shape()[axis];
  if (size == any) {  // asked again with the size known
    return concatenate(Values(static_cast<std::size_t>(count), slice(x, axis, 0, 1)), axis);
  }
  Values parts;
  for (Index i = 0; i < count; ++i) {
    const Index begin = i * size / count, end = ((i + 1) * size + count - 1) / count;
    parts.push_back(apply(Reduce{kind, {axis}, true}, {slice(x, axis, begin, end - begin)}));
  }
  return count == 1 ? parts[0] : concatenate(parts, axis);
}

Value grouped_kernel(const Value& kernel) {
  const Shape& shape = kernel.shape();
  const int last = shape.rank() - 1;
  return reshape(kernel, shape.with(last - 1, 1).with(last, shape[-2] * shape[-1]));
}

}  // namespace linnet::inline v0::ops
