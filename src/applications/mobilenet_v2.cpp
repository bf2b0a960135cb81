#include "applications/mobilenet_parts.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;

Value v2_normal(const Value& x, const std::string& name) {
  return x | BatchNormalization{.momentum = 0.999, .name = name};
}

Value relu6(const Value& x, const std::string& name) {
  return x | ReLU{.max_value = 6.0f, .name = name};
}

Conv2D pointwise(Index filters, const std::string& name, Padding padding = "same") {
  return Conv2D{
      .filters = filters, .kernel_size = 1, .padding = padding, .use_bias = false, .name = name};
}

struct V2Block {
  Index filters, strides;
};

/// An inverted residual block; block 0 does not expand.
Value inverted_residual(const Value& x, Index number, const V2Block& block, double alpha) {
  const Index channels = x.shape()[-1];
  const Index filters = detail::make_divisible(
      static_cast<double>(static_cast<Index>(static_cast<double>(block.filters) * alpha)));
  const std::string prefix = number == 0 ? "expanded_conv_" : cat("block_", number, "_");
  Value y = x;
  if (number > 0) {
    y = y | pointwise(6 * channels, prefix + "expand");
    y = relu6(v2_normal(y, prefix + "expand_BN"), prefix + "expand_relu");
  }
  if (block.strides == 2) {
    y = y | ZeroPadding2D{.padding = detail::correct_pad(y, 3), .name = prefix + "pad"};
  }
  y = y | DepthwiseConv2D{.kernel_size = 3,
                          .strides = block.strides,
                          .padding = block.strides == 1 ? Padding("same") : Padding("valid"),
                          .use_bias = false,
                          .name = prefix + "depthwise"};
  y = relu6(v2_normal(y, prefix + "depthwise_BN"), prefix + "depthwise_relu");
  y = v2_normal(y | pointwise(filters, prefix + "project"), prefix + "project_BN");
  if (channels != filters || block.strides != 1) return y;
  return call(Add{.name = prefix + "add"}, {x, y});
}

}  // namespace

namespace detail {

Network mobilenet_v2(const MobileNetV2Options& options) {
  const auto common = common_options(options);
  check_alpha(common, options.alpha, {0.35, 0.5, 0.75, 1.0, 1.3, 1.4});
  const Value x = image_input(common, 224, 32);
  Value y = x | Conv2D{.filters = make_divisible(32 * options.alpha),
                       .kernel_size = 3,
                       .strides = 2,
                       .padding = "same",
                       .use_bias = false,
                       .name = "Conv1"};
  y = relu6(v2_normal(y, "bn_Conv1"), "Conv1_relu");
  constexpr V2Block kBlocks[] = {{16, 1}, {24, 2},  {24, 1},  {32, 2},  {32, 1}, {32, 1},
                                 {64, 2}, {64, 1},  {64, 1},  {64, 1},  {96, 1}, {96, 1},
                                 {96, 1}, {160, 2}, {160, 1}, {160, 1}, {320, 1}};
  Index number = 0;
  for (const V2Block& block : kBlocks) y = inverted_residual(y, number++, block, options.alpha);
  const Index last = options.alpha > 1 ? make_divisible(1280 * options.alpha) : 1280;
  y = y | pointwise(last, "Conv_1", "valid");
  y = relu6(v2_normal(y, "Conv_1_bn"), "out_relu");
  const std::string size = size_in_name(common, {96, 128, 160, 192, 224});
  std::string alpha = alpha_in_name(options.alpha);  // 1.00, in the file's name 1.0
  const std::string name = cat("mobilenetv2_", alpha, "_", size);
  if (alpha.back() == '0') alpha.pop_back();
  return {x, image_top(y, common, PoolingNames::generated), name,
          cat("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_", alpha, "_", size,
              options.include_top ? ".h5" : "_no_top.h5")};
}

}  // namespace detail

Model MobileNetV2(const MobileNetV2Options& options) {
  return detail::finish(detail::mobilenet_v2(options), detail::common_options(options));
}

}  // namespace linnet::inline v0::applications
