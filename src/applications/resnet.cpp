#include <array>
#include <linnet/applications/resnet.hpp>
#include <linnet/blocks/residual.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

using Depths = std::array<Index, 4>;  // blocks by stage

constexpr double kResNetEpsilon = 1.001e-5;

/// The stem: a convolution of 7 x 7 and a pooling, both with stride 2.
Value stem(const Value& x, int version) {
  Value y = x | ZeroPadding2D{.padding = 3, .name = "conv1_pad"} |
            Conv2D{.filters = 64, .kernel_size = 7, .strides = 2, .name = "conv1_conv"};
  if (version == 1) {
    y = y | BatchNormalization{.epsilon = kResNetEpsilon, .name = "conv1_bn"} |
        Activation{.activation = "relu", .name = "conv1_relu"};
  }
  return y | ZeroPadding2D{.padding = 1, .name = "pool1_pad"} |
         MaxPooling2D{.pool_size = 3, .strides = Sizes<2>(2), .name = "pool1_pool"};
}

/// One stage. v1 has its stride in the first block, v2 in the last.
Value stage(Value x, int version, int number, Index filters, Index blocks, Index strides) {
  for (Index i = 1; i <= blocks; ++i) {
    const bool strided = version == 1 ? i == 1 : i == blocks;
    x = blocks::residual(x, {.filters = filters,
                             .strides = strided ? strides : 1,
                             .version = version,
                             .conv_shortcut = i == 1,
                             .epsilon = kResNetEpsilon,
                             .name = linnet::detail::cat("conv", number, "_block", i)});
  }
  return x;
}

detail::Network connect(const ApplicationOptions& options, int version, const Depths& depths,
                        const std::string& name) {
  const Value x = detail::image_input(options, 224, 32);
  Value y = stem(x, version);
  for (int i = 0; i < 4; ++i) {
    const bool strided = version == 1 ? i > 0 : i < 3;
    y = stage(y, version, i + 2, Index{64} << i, depths[static_cast<std::size_t>(i)],
              strided ? 2 : 1);
  }
  if (version == 2) {
    y = y | BatchNormalization{.epsilon = kResNetEpsilon, .name = "post_bn"} |
        Activation{.activation = "relu", .name = "post_relu"};
  }
  return {x, detail::image_top(y, options), name, detail::tf_kernels(options, name),
          version == 1 ? "caffe" : ""};
}

constexpr Depths k50{3, 4, 6, 3}, k101{3, 4, 23, 3}, k152{3, 8, 36, 3};

}  // namespace

namespace detail {

Network resnet50(const ApplicationOptions& options) { return connect(options, 1, k50, "resnet50"); }
Network resnet101(const ApplicationOptions& options) {
  return connect(options, 1, k101, "resnet101");
}
Network resnet152(const ApplicationOptions& options) {
  return connect(options, 1, k152, "resnet152");
}
Network resnet50v2(const ApplicationOptions& options) {
  return connect(options, 2, k50, "resnet50v2");
}
Network resnet101v2(const ApplicationOptions& options) {
  return connect(options, 2, k101, "resnet101v2");
}
Network resnet152v2(const ApplicationOptions& options) {
  return connect(options, 2, k152, "resnet152v2");
}

}  // namespace detail

Model ResNet50(const ApplicationOptions& options) {
  return detail::finish(detail::resnet50(options), options);
}
Model ResNet101(const ApplicationOptions& options) {
  return detail::finish(detail::resnet101(options), options);
}
Model ResNet152(const ApplicationOptions& options) {
  return detail::finish(detail::resnet152(options), options);
}
Model ResNet50V2(const ApplicationOptions& options) {
  return detail::finish(detail::resnet50v2(options), options);
}
Model ResNet101V2(const ApplicationOptions& options) {
  return detail::finish(detail::resnet101v2(options), options);
}
Model ResNet152V2(const ApplicationOptions& options) {
  return detail::finish(detail::resnet152v2(options), options);
}

}  // namespace linnet::inline v0::applications
