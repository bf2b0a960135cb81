#include <linnet/layers/convolution_transpose.hpp>
#include <linnet/ops/elementwise.hpp>

#include "core/require.hpp"
#include "layers/affine.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0 {

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
  const std::span<const Index> longer =
      output_padding ? std::span<const Index>(*output_padding) : std::span<const Index>();
  const ops::ConvolutionInput op =
      ops::transposed_over(x.shape(), kernel_size, strides, dilation_rate, padding.word(), longer);
  const Value kernel =
      scope.parameter("kernel", Shape(shape), kernel_initializer,
                      {.penalty = kernel_regularizer, .constraint = kernel_constraint});
  Value sum = linnet::apply(op, {x, kernel});
  Values bias;
  detail::append_bias(*this, scope, filters, bias);
  if (!bias.empty()) sum = ops::add(sum, bias[0]);
  return detail::activated(*this, scope, detail::to_format(sum, data_format));
}

template struct ConvTranspose<1>;
template struct ConvTranspose<2>;
template struct ConvTranspose<3>;

}  // namespace linnet::inline v0
