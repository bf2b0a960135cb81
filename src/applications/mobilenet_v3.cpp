#include "applications/mobilenet_parts.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::make_divisible;

enum class Act : std::uint8_t { relu, hard_swish };

struct V3Block {
  double expansion;  ///< of the channels, before the depthwise convolution
  Index filters;
  Index kernel_size;  ///< 5: 3 in a minimalistic network
  Index strides;
  bool squeeze;  ///< not in a minimalistic network
  Act act;       ///< ReLU in a minimalistic network
};

constexpr Act kRelu = Act::relu, kSwish = Act::hard_swish;

constexpr V3Block kSmall[] = {
    {1, 16, 3, 2, true, kRelu},          {72.0 / 16, 24, 3, 2, false, kRelu},
    {88.0 / 24, 24, 3, 1, false, kRelu}, {4, 40, 5, 2, true, kSwish},
    {6, 40, 5, 1, true, kSwish},         {6, 40, 5, 1, true, kSwish},
    {3, 48, 5, 1, true, kSwish},         {3, 48, 5, 1, true, kSwish},
    {6, 96, 5, 2, true, kSwish},         {6, 96, 5, 1, true, kSwish},
    {6, 96, 5, 1, true, kSwish}};

constexpr V3Block kLarge[] = {
    {1, 16, 3, 1, false, kRelu},    {4, 24, 3, 2, false, kRelu},    {3, 24, 3, 1, false, kRelu},
    {3, 40, 5, 2, true, kRelu},     {3, 40, 5, 1, true, kRelu},     {3, 40, 5, 1, true, kRelu},
    {6, 80, 3, 2, false, kSwish},   {2.5, 80, 3, 1, false, kSwish}, {2.3, 80, 3, 1, false, kSwish},
    {2.3, 80, 3, 1, false, kSwish}, {6, 112, 3, 1, true, kSwish},   {6, 112, 3, 1, true, kSwish},
    {6, 160, 5, 2, true, kSwish},   {6, 160, 5, 1, true, kSwish},   {6, 160, 5, 1, true, kSwish}};

class MobileNetV3Builder {
 public:
  explicit MobileNetV3Builder(const MobileNetV3Options& options) : options_(options) {}

  Value activate(const Value& x, Act act) const {
    if (act == kRelu || options_.minimalistic) return x | ReLU{};
    return x | Activation{.activation = "hard_swish"};
  }

  static Value conv(const Value& x, Index filters, Index size, Index strides,
                    const std::string& name) {
    return x |
           Conv2D{.filters = filters,
                  .kernel_size = size,
                  .strides = strides,
                  .padding = "same",
                  .use_bias = false,
                  .name = name} |
           normal(name);
  }

  Value block(const Value& x, Index number, const V3Block& b) const {
    const std::string prefix =
        number == 0 ? "expanded_conv_" : detail::cat("expanded_conv_", number, "_");
    const Index channels = x.shape()[-1];
    const Index wide = make_divisible(static_cast<double>(channels) * b.expansion);
    const Index filters = make_divisible(static_cast<double>(b.filters) * options_.alpha);
    const Index kernel_size = options_.minimalistic ? 3 : b.kernel_size;
    Value y = x;
    if (number > 0) y = activate(conv(y, wide, 1, 1, prefix + "expand"), b.act);
    if (b.strides == 2) {
      y = y | ZeroPadding2D{.padding = detail::correct_pad(y, kernel_size),
                            .name = prefix + "depthwise_pad"};
    }
    y = y |
        DepthwiseConv2D{.kernel_size = kernel_size,
                        .strides = b.strides,
                        .padding = b.strides == 1 ? Padding("same") : Padding("valid"),
                        .use_bias = false,
                        .name = prefix + "depthwise"} |
        normal(prefix + "depthwise");
    y = activate(y, b.act);
    if (b.squeeze && !options_.minimalistic) y = squeeze_excite(y, wide, prefix);
    y = conv(y, filters, 1, 1, prefix + "project");
    if (b.strides != 1 || channels != filters) return y;
    return call(Add{.name = prefix + "add"}, {x, y});
  }

  Value top(const Value& x, Index last) const {
    const auto common = detail::common_options(options_);
    if (!options_.include_top) return pooled(x, common, detail::PoolingNames::own);
    Value y = x | GlobalAveragePooling2D{.keepdims = true} | pointwise(last, "conv_2");
    y = activate(y, kSwish);
    if (options_.dropout_rate > 0) y = y | Dropout{.rate = options_.dropout_rate};
    return y | pointwise(options_.classes, "logits") | Flatten{} |
           Activation{.activation = detail::activation_of(common), .name = "predictions"};
  }

 private:
  static BatchNormalization normal(const std::string& name) {
    return BatchNormalization{.momentum = 0.999, .name = name + "_bn"};
  }
  static Conv2D pointwise(Index filters, const std::string& name) {
    return Conv2D{.filters = filters, .kernel_size = 1, .padding = "same", .name = name};
  }

  /// x times a factor for each channel, between 0 and 1, that the whole picture decides.
  static Value squeeze_excite(const Value& x, Index channels, const std::string& block) {
    const std::string prefix = block + "squeeze_excite_";
    const Value factor =
        x | GlobalAveragePooling2D{.keepdims = true, .name = prefix + "avg_pool"} |
        pointwise(make_divisible(static_cast<double>(channels) * 0.25), prefix + "conv") |
        ReLU{.name = prefix + "relu"} | pointwise(channels, prefix + "conv_1") |
        Activation{.activation = "hard_sigmoid"};
    return call(Multiply{.name = prefix + "mul"}, {x, factor});
  }

  const MobileNetV3Options& options_;
};

detail::Network connect(const MobileNetV3Options& options, std::span<const V3Block> blocks,
                        Index last, const char* size) {
  const auto common = detail::common_options(options);
  if (options.minimalistic) {
    detail::check_alpha(common, options.alpha, {1.0});
  } else {
    detail::check_alpha(common, options.alpha, {0.75, 1.0});
  }
  const Value x = detail::image_input(common, any, 32);
  const MobileNetV3Builder build(options);
  Value y = x;
  if (options.include_preprocessing) y = y | Rescaling{.scale = 1 / 127.5, .offset = -1};
  y = build.activate(MobileNetV3Builder::conv(y, 16, 3, 2, "conv"), kSwish);
  Index number = 0;
  for (const V3Block& block : blocks) y = build.block(y, number++, block);
  y = MobileNetV3Builder::conv(y, make_divisible(static_cast<double>(6 * y.shape()[-1])), 1, 1,
                               "conv_1");
  y = build.activate(y, kSwish);
  if (options.alpha > 1) last = make_divisible(static_cast<double>(last) * options.alpha);
  const char* kind = options.minimalistic ? "_minimalistic_224_" : "_224_";
  std::string alpha = detail::alpha_in_name(options.alpha);
  if (alpha.back() == '0') alpha.pop_back();
  const bool small = size[0] == 's';
  return {x, build.top(y, last), small ? "MobileNetV3Small" : "MobileNetV3Large",
          detail::cat("weights_mobilenet_v3_", size, kind, alpha,
                      options.include_top ? "_float.h5" : "_float_no_top_v2.h5")};
}

}  // namespace

namespace detail {

Network mobilenet_v3_small(const MobileNetV3Options& options) {
  return connect(options, kSmall, 1024, "small");
}
Network mobilenet_v3_large(const MobileNetV3Options& options) {
  return connect(options, kLarge, 1280, "large");
}

}  // namespace detail

Model MobileNetV3Small(const MobileNetV3Options& options) {
  return detail::finish(detail::mobilenet_v3_small(options), detail::common_options(options));
}
Model MobileNetV3Large(const MobileNetV3Options& options) {
  return detail::finish(detail::mobilenet_v3_large(options), detail::common_options(options));
}

}  // namespace linnet::inline v0::applications
