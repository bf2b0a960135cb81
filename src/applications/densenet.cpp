#include <array>
#include <linnet/applications/densenet.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

using Depths = std::array<Index, 4>;  // layers by block

constexpr double kDenseNetEpsilon = 1.001e-5;
constexpr Index kGrowth = 32;  // channels that a layer adds

Value activated(const Value& x, const std::string& prefix) {
  return x | BatchNormalization{.epsilon = kDenseNetEpsilon, .name = prefix + "bn"} |
         Activation{.activation = "relu", .name = prefix + "relu"};
}

Value conv(const Value& x, Index filters, Index size, const std::string& name) {
  return x | Conv2D{.filters = filters,
                    .kernel_size = size,
                    .padding = size == 1 ? Padding("valid") : Padding("same"),
                    .use_bias = false,
                    .name = name};
}

Value block(Value x, Index layers, const std::string& prefix) {
  for (Index i = 1; i <= layers; ++i) {
    const std::string name = linnet::detail::cat(prefix, "_block", i);
    Value y = conv(activated(x, name + "_0_"), 4 * kGrowth, 1, name + "_1_conv");
    y = conv(activated(y, name + "_1_"), kGrowth, 3, name + "_2_conv");
    x = call(Concatenate{.axis = 3, .name = name + "_concat"}, {x, y});
  }
  return x;
}

/// Half the channels, half the height and width.
Value transition(const Value& x, const std::string& name) {
  return conv(activated(x, name + "_"), x.shape()[-1] / 2, 1, name + "_conv") |
         AveragePooling2D{.name = name + "_pool"};
}

detail::Network connect(const ApplicationOptions& options, const Depths& depths,
                        const std::string& name) {
  const Value x = detail::image_input(options, 224, 32);
  Value y =
      x | ZeroPadding2D{.padding = 3} |
      Conv2D{
          .filters = 64, .kernel_size = 7, .strides = 2, .use_bias = false, .name = "conv1_conv"};
  y = activated(y, "conv1_") | ZeroPadding2D{.padding = 1} |
      MaxPooling2D{.pool_size = 3, .strides = Sizes<2>(2), .name = "pool1"};
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const auto number = static_cast<Index>(i) + 2;
    y = block(y, depths[i], linnet::detail::cat("conv", number));
    if (i + 1 < depths.size()) y = transition(y, linnet::detail::cat("pool", number));
  }
  return {x, detail::image_top(activated(y, ""), options), name, detail::tf_kernels(options, name),
          "torch"};
}

}  // namespace

namespace detail {

Network densenet121(const ApplicationOptions& options) {
  return connect(options, {6, 12, 24, 16}, "densenet121");
}
Network densenet169(const ApplicationOptions& options) {
  return connect(options, {6, 12, 32, 32}, "densenet169");
}
Network densenet201(const ApplicationOptions& options) {
  return connect(options, {6, 12, 48, 32}, "densenet201");
}

}  // namespace detail

Model DenseNet121(const ApplicationOptions& options) {
  return detail::finish(detail::densenet121(options), options);
}
Model DenseNet169(const ApplicationOptions& options) {
  return detail::finish(detail::densenet169(options), options);
}
Model DenseNet201(const ApplicationOptions& options) {
  return detail::finish(detail::densenet201(options), options);
}

}  // namespace linnet::inline v0::applications
