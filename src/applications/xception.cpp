#include <linnet/applications/xception.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;

Value relu(const Value& x, const std::string& name) {
  return x | Activation{.activation = "relu", .name = name + "_act"};
}
Value conv_normal(const Value& x, Index filters, Index strides, const std::string& name) {
  return x |
         Conv2D{.filters = filters,
                .kernel_size = 3,
                .strides = strides,
                .use_bias = false,
                .name = name} |
         BatchNormalization{.name = name + "_bn"};
}
Value separable(const Value& x, Index filters, const std::string& name) {
  return x |
         SeparableConv2D{.filters = filters,
                         .kernel_size = 3,
                         .padding = "same",
                         .use_bias = false,
                         .name = name} |
         BatchNormalization{.name = name + "_bn"};
}

/// Two separable convolutions, then half the height and width; the shortcut is a convolution.
Value reduction(const Value& x, Index number, Index first, Index filters) {
  const std::string block = cat("block", number);
  const Value shortcut = x |
                         Conv2D{.filters = filters,
                                .kernel_size = 1,
                                .strides = 2,
                                .padding = "same",
                                .use_bias = false} |
                         BatchNormalization{};
  // The first of them reads what a ReLU gave already.
  Value y = number == 2 ? x : relu(x, block + "_sepconv1");
  y = separable(y, first, block + "_sepconv1");
  y = separable(relu(y, block + "_sepconv2"), filters, block + "_sepconv2");
  y = y | MaxPooling2D{
              .pool_size = 3, .strides = Sizes<2>(2), .padding = "same", .name = block + "_pool"};
  return call(Add{}, {y, shortcut});
}

/// Three separable convolutions beside x itself.
Value middle(const Value& x, Index number) {
  Value y = x;
  for (Index i = 1; i <= 3; ++i) {
    const std::string name = cat("block", number, "_sepconv", i);
    y = separable(relu(y, name), 728, name);
  }
  return call(Add{}, {y, x});
}

}  // namespace

namespace detail {

Network xception(const ApplicationOptions& options) {
  const Value x = image_input(options, 299, 71);
  Value y = relu(conv_normal(x, 32, 2, "block1_conv1"), "block1_conv1");
  y = relu(conv_normal(y, 64, 1, "block1_conv2"), "block1_conv2");
  y = reduction(y, 2, 128, 128);
  y = reduction(y, 3, 256, 256);
  y = reduction(y, 4, 728, 728);
  for (Index number = 5; number <= 12; ++number) y = middle(y, number);
  y = reduction(y, 13, 728, 1024);
  y = relu(separable(y, 1536, "block14_sepconv1"), "block14_sepconv1");
  y = relu(separable(y, 2048, "block14_sepconv2"), "block14_sepconv2");
  const auto names = options.include_top ? PoolingNames::own : PoolingNames::generated;
  return {x, image_top(y, options, names), "xception", tf_kernels(options, "xception")};
}

}  // namespace detail

Model Xception(const ApplicationOptions& options) {
  return detail::finish(detail::xception(options), options);
}

}  // namespace linnet::inline v0::applications
