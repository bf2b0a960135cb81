#include <linnet/layers/convolution.hpp>

#include "core/require.hpp"
#include "layers/affine.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"

namespace linnet::inline v0 {

template <int N>
Value Conv<N>::emit(Scope& scope, const Call& call) const {
  detail::require({}, "filters", filters, detail::kSize);
  detail::require_sizes(kernel_size, strides, dilation_rate);
  if (N > 1 && padding == "causal") {
    detail::fail(ErrorCode::invalid_argument, "padding causal is for one spatial axis only");
  }
  const Value x = detail::to_channels_last(detail::floats(call), data_format, N);
  const Index channels = detail::require_channels(x, groups);
  if (filters % groups != 0) {
    detail::fail(
        ErrorCode::invalid_argument,
        detail::cat("filters must be a multiple of groups, got ", filters, " and ", groups));
  }
  std::vector<Index> shape(kernel_size.begin(), kernel_size.end());
  shape.push_back(channels / groups);
  shape.push_back(filters);
  Values inputs{x,
                scope.parameter("kernel", Shape(shape), kernel_initializer,
                                {.penalty = kernel_regularizer, .constraint = kernel_constraint})};
  detail::append_bias(*this, scope, filters, inputs);
  const auto window = detail::window_over(x.shape(), kernel_size, strides, dilation_rate, padding);
  const Value sum = linnet::apply(ops::Convolution{window, groups}, std::move(inputs));
  return detail::activated(*this, scope, detail::to_format(sum, data_format));
}

template struct Conv<1>;
template struct Conv<2>;
template struct Conv<3>;

}  // namespace linnet::inline v0
