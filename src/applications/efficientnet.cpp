#include <cmath>
#include <linnet/applications/efficientnet.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;
using detail::make_divisible;

/// What distinguishes the eight: factors on width and depth, their own size, dropout.
struct Scale {
  double width, depth;
  Index size;
  float dropout;
};

constexpr Scale kScales[] = {{1.0, 1.0, 224, 0.2f}, {1.0, 1.1, 240, 0.2f}, {1.1, 1.2, 260, 0.3f},
                             {1.2, 1.4, 300, 0.3f}, {1.4, 1.8, 380, 0.4f}, {1.6, 2.2, 456, 0.4f},
                             {1.8, 2.6, 528, 0.5f}, {2.0, 3.1, 600, 0.5f}};

/// A stage of blocks; the first one has the strides.
struct Stage {
  Index kernel_size, repeats, filters_in, filters_out, expansion, strides;
};

constexpr Stage kStages[] = {{3, 1, 32, 16, 1, 1},  {3, 2, 16, 24, 6, 2},  {5, 2, 24, 40, 6, 2},
                             {3, 3, 40, 80, 6, 2},  {5, 3, 80, 112, 6, 1}, {5, 4, 112, 192, 6, 2},
                             {3, 1, 192, 320, 6, 1}};

constexpr double kDropConnect = 0.2;  // of the last block; the first has none

const Initializer& conv_initializer() {
  static const Initializer initializer = initializers::VarianceScaling{
      .scale = 2, .mode = "fan_out", .distribution = "truncated_normal"};
  return initializer;
}

Value normal(const Value& x, const std::string& name) {
  return x | BatchNormalization{.name = name};
}
Value swish(const Value& x, const std::string& name) {
  return x | Activation{.activation = "swish", .name = name};
}

Value pointwise(const Value& x, Index filters, const std::string& name) {
  return x | Conv2D{.filters = filters,
                    .kernel_size = 1,
                    .padding = "same",
                    .use_bias = false,
                    .kernel_initializer = conv_initializer(),
                    .name = name};
}

/// x times a factor for each channel, between 0 and 1, that the whole picture decides.
Value squeeze_excite(const Value& x, Index squeezed, const std::string& prefix) {
  const Index channels = x.shape()[-1];
  const auto conv = [&](Index filters, ActivationFunction activation, const char* name) {
    return Conv2D{.filters = filters,
                  .kernel_size = 1,
                  .padding = "same",
                  .activation = activation,
                  .kernel_initializer = conv_initializer(),
                  .name = prefix + name};
  };
  const Value factor = x | GlobalAveragePooling2D{.name = prefix + "squeeze"} |
                       Reshape{.target_shape = {1, 1, channels}, .name = prefix + "reshape"} |
                       conv(squeezed, "swish", "reduce") | conv(channels, "sigmoid", "expand");
  return call(Multiply{.name = prefix + "excite"}, {x, factor});
}

Value block(const Value& x, const Stage& s, float drop_rate, const std::string& prefix) {
  Value y = x;
  if (s.expansion != 1) {
    y = pointwise(y, s.filters_in * s.expansion, prefix + "expand_conv");
    y = swish(normal(y, prefix + "expand_bn"), prefix + "expand_activation");
  }
  if (s.strides == 2) {
    y = y | ZeroPadding2D{.padding = detail::correct_pad(y, s.kernel_size),
                          .name = prefix + "dwconv_pad"};
  }
  y = y | DepthwiseConv2D{.kernel_size = s.kernel_size,
                          .strides = s.strides,
                          .padding = s.strides == 2 ? Padding("valid") : Padding("same"),
                          .use_bias = false,
                          .depthwise_initializer = conv_initializer(),
                          .name = prefix + "dwconv"};
  y = swish(normal(y, prefix + "bn"), prefix + "activation");
  y = squeeze_excite(y, std::max<Index>(1, s.filters_in / 4), prefix + "se_");
  y = normal(pointwise(y, s.filters_out, prefix + "project_conv"), prefix + "project_bn");
  if (s.strides != 1 || s.filters_in != s.filters_out) return y;
  if (drop_rate > 0) {  // whole pictures
    y = y | Dropout{.rate = drop_rate, .noise_shape = Shape{any, 1, 1, 1}, .name = prefix + "drop"};
  }
  return call(Add{.name = prefix + "add"}, {y, x});
}

Value stem(const Value& x, const ApplicationOptions& options, Index filters) {
  Value y = x | Rescaling{.scale = 1 / 255.0} | Normalization{.axis = {3}};
  if (options.weights == "imagenet") {
    // The weights were trained on (x - mean) / variance; the layer before divides by its root.
    std::vector<float> roots;
    for (const double deviation : {0.229, 0.224, 0.225}) {
      roots.push_back(static_cast<float>(1 / std::sqrt(deviation)));
    }
    y = y | Rescaling{.scale = roots};
  }
  y = y | ZeroPadding2D{.padding = detail::correct_pad(y, 3), .name = "stem_conv_pad"} |
      Conv2D{.filters = filters,
             .kernel_size = 3,
             .strides = 2,
             .use_bias = false,
             .kernel_initializer = conv_initializer(),
             .name = "stem_conv"};
  return swish(normal(y, "stem_bn"), "stem_activation");
}

Value blocks(Value x, const Scale& scale) {
  const auto wide = [&](Index filters) {
    return make_divisible(static_cast<double>(filters) * scale.width);
  };
  const auto repeats = [&](const Stage& stage) {
    return static_cast<Index>(std::ceil(scale.depth * static_cast<double>(stage.repeats)));
  };
  Index total = 0, done = 0, number = 0;
  for (const Stage& stage : kStages) total += repeats(stage);
  for (Stage stage : kStages) {
    ++number;
    stage.filters_in = wide(stage.filters_in);
    stage.filters_out = wide(stage.filters_out);
    const Index count = repeats(stage);
    for (Index i = 0; i < count; ++i) {
      const double rate = kDropConnect * static_cast<double>(done++) / static_cast<double>(total);
      const std::string letter(1, static_cast<char>('a' + i));
      x = block(x, stage, static_cast<float>(rate), cat("block", number, letter, "_"));
      stage.strides = 1;
      stage.filters_in = stage.filters_out;
    }
  }
  return x;
}

Value top(const Value& x, const ApplicationOptions& options, float dropout) {
  if (!options.include_top) return detail::pooled(x, options, detail::PoolingNames::own);
  Dense last = detail::predictions(options);
  last.kernel_initializer = initializers::VarianceScaling{
      .scale = 1.0f / 3, .mode = "fan_out", .distribution = "uniform"};
  return x | GlobalAveragePooling2D{.name = "avg_pool"} |
         Dropout{.rate = dropout, .name = "top_dropout"} | last;
}

}  // namespace

namespace detail {

Network efficientnet(const ApplicationOptions& options, int number) {
  const Scale& scale = kScales[number];
  const auto wide = [&](double filters) { return make_divisible(filters * scale.width); };
  const Value x = image_input(options, scale.size, 32);
  Value y = blocks(stem(x, options, wide(32)), scale);
  y = swish(normal(pointwise(y, wide(1280), "top_conv"), "top_bn"), "top_activation");
  const std::string name = cat("efficientnetb", number);
  return {x, top(y, options, scale.dropout), name,
          name + (options.include_top ? ".h5" : "_notop.h5")};
}

}  // namespace detail

Model EfficientNetB0(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 0), options);
}
Model EfficientNetB1(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 1), options);
}
Model EfficientNetB2(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 2), options);
}
Model EfficientNetB3(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 3), options);
}
Model EfficientNetB4(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 4), options);
}
Model EfficientNetB5(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 5), options);
}
Model EfficientNetB6(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 6), options);
}
Model EfficientNetB7(const ApplicationOptions& options) {
  return detail::finish(detail::efficientnet(options, 7), options);
}

}  // namespace linnet::inline v0::applications
