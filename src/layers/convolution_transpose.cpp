#include <linnet/layers/convolution_transpose.hpp>
#include <linnet/ops/elementwise.hpp>

#include "core/require.hpp"
#include "layers/affine.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

namespace {

/// The size that a transposed convolution makes of `size`.
Index grown(Index size, Index span, Index stride, Padding padding,
            std::optional<Index> output_padding) {
  if (size == any) return any;
  if (output_padding) {
    const Index pad = padding == "same" ? span / 2 : 0;
    return (size - 1) * stride + span - 2 * pad + *output_padding;
  }
  return size * stride + (padding == "same" ? 0 : std::max<Index>(span - stride, 0));
}

}  // namespace

template <int N>
Value ConvTranspose<N>::emit(Scope& scope, const Call& call) const {
  detail::require({}, "filters", filters, detail::kSize);
  detail::require_sizes(kernel_size, strides, dilation_rate);
  if (padding == "causal") {
    detail::fail(ErrorCode::invalid_argument, "padding must be valid or same, got causal");
  }
  const Value x = detail::to_channels_last(detail::floats(call), data_format, N);
  std::vector<Index> shape(kernel_size.begin(), kernel_size.end());
  shape.push_back(filters);
  shape.push_back(detail::require_channels(x, 1));
  std::vector<Index> sizes;
  Shape wide = x.shape();
  for (std::size_t i = 0; i < static_cast<std::size_t>(N); ++i) {
    const int axis = static_cast<int>(i) + 1;
    const Index span = (kernel_size[i] - 1) * dilation_rate[i] + 1;
    const auto more = output_padding ? std::optional((*output_padding)[i]) : std::nullopt;
    sizes.push_back(grown(x.shape()[axis], span, strides[i], padding, more));
    wide = wide.with(axis, sizes.back());
  }
  const auto window = detail::window_over(wide, kernel_size, strides, dilation_rate, padding);
  const Value kernel =
      scope.parameter("kernel", Shape(shape), kernel_initializer,
                      {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  Value sum = linnet::apply(ops::ConvolutionInput{window, 1, sizes}, {x, kernel});
  Values bias;
  detail::append_bias(*this, scope, filters, bias);
  if (!bias.empty()) sum = ops::add(sum, bias[0]);
  return detail::activated(*this, scope, detail::to_format(sum, data_format));
}

template struct ConvTranspose<1>;
template struct ConvTranspose<2>;
template struct ConvTranspose<3>;

}  // namespace linnet::inline v0
