#include <cmath>
#include <cstdio>

#include "applications/mobilenet_parts.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;

/// Depthwise and pointwise convolutions, each with normalization and ReLU.
class MobileNetBuilder {
 public:
  explicit MobileNetBuilder(const MobileNetOptions& options) : options_(options) {}

  Index width(Index filters) const {
    return static_cast<Index>(static_cast<double>(filters) * options_.alpha);
  }

  Value stem(const Value& x) const {
    return normal(x | Conv2D{.filters = width(32),
                             .kernel_size = 3,
                             .strides = 2,
                             .padding = "same",
                             .use_bias = false,
                             .name = "conv1"},
                  "conv1");
  }

  Value block(Value x, Index number, Index filters, Index strides) const {
    const std::string depthwise = cat("conv_dw_", number), pointwise = cat("conv_pw_", number);
    if (strides == 2) {
      x = x | ZeroPadding2D{.padding = {{0, 1}, {0, 1}}, .name = cat("conv_pad_", number)};
    }
    x = x | DepthwiseConv2D{.kernel_size = 3,
                            .strides = strides,
                            .padding = strides == 1 ? Padding("same") : Padding("valid"),
                            .depth_multiplier = options_.depth_multiplier,
                            .use_bias = false,
                            .name = depthwise};
    x = normal(x, depthwise) | Conv2D{.filters = width(filters),
                                      .kernel_size = 1,
                                      .padding = "same",
                                      .use_bias = false,
                                      .name = pointwise};
    return normal(x, pointwise);
  }

  Value top(const Value& x) const {
    const auto common = detail::common_options(options_);
    if (!options_.include_top) return pooled(x, common, detail::PoolingNames::generated);
    return x | GlobalAveragePooling2D{.keepdims = true} |
           Dropout{.rate = options_.dropout, .name = "dropout"} |
           Conv2D{.filters = options_.classes,
                  .kernel_size = 1,
                  .padding = "same",
                  .name = "conv_preds"} |
           Reshape{.target_shape = {options_.classes}, .name = "reshape_2"} |
           Activation{.activation = detail::activation_of(common), .name = "predictions"};
  }

 private:
  static Value normal(const Value& x, const std::string& name) {
    return x | BatchNormalization{.name = name + "_bn"} |
           ReLU{.max_value = 6.0f, .name = name + "_relu"};
  }

  const MobileNetOptions& options_;
};

}  // namespace

namespace detail {

std::string size_in_name(const ApplicationOptions& options, std::initializer_list<Index> sizes) {
  const Shape& shape = options.input_shape;
  const bool given = shape.rank() == 3, imagenet = options.weights == "imagenet";
  const bool listed = given && shape[0] == shape[1] &&
                      std::find(sizes.begin(), sizes.end(), shape[0]) != sizes.end();
  if (listed || (given && !imagenet && shape[0] != any)) return cat(shape[0]);
  return imagenet || (options.include_top && !given) ? "224" : "None";
}

std::string alpha_in_name(double alpha) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", alpha);
  return text;
}

void check_alpha(const ApplicationOptions& options, double alpha,
                 std::initializer_list<double> ready) {
  if (!(alpha > 0) || !std::isfinite(alpha)) {
    fail(ErrorCode::invalid_argument, cat("alpha: must be positive, got ", alpha));
  }
  if (options.weights != "imagenet") return;
  std::string list;
  for (const double each : ready) {
    if (each == alpha) return;
    list += cat(list.empty() ? "" : ", ", each);
  }
  fail(ErrorCode::invalid_argument,
       cat("alpha: there are imagenet weights for ", list, ", not for ", alpha));
}

Network mobilenet(const MobileNetOptions& options) {
  const auto common = common_options(options);
  const std::initializer_list<Index> ready_sizes = {128, 160, 192, 224};
  check_alpha(common, options.alpha, {0.25, 0.5, 0.75, 1.0});
  if (options.weights == "imagenet" && options.depth_multiplier != 1) {
    fail(ErrorCode::invalid_argument,
         cat("depth_multiplier: the imagenet weights need 1, got ", options.depth_multiplier));
  }
  const Value x = image_input(common, 224, 32);
  const MobileNetBuilder build(options);
  Value y = build.stem(x);
  constexpr Index kFilters[] = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
  Index number = 0;
  for (const Index filters : kFilters) {
    ++number;
    const bool strided = number == 2 || number == 4 || number == 6 || number == 12;
    y = build.block(y, number, filters, strided ? 2 : 1);
  }
  const std::string size = size_in_name(common, ready_sizes);
  const auto tenths = static_cast<Index>(options.alpha * 100);  // 1_0, 7_5, 5_0, 2_5
  const std::string alpha = tenths == 100 ? "1_0" : cat(tenths / 10, "_", tenths % 10);
  return {x, build.top(y), cat("mobilenet_", alpha_in_name(options.alpha), "_", size),
          cat("mobilenet_", alpha, "_", size, options.include_top ? "_tf.h5" : "_tf_no_top.h5")};
}

}  // namespace detail

Model MobileNet(const MobileNetOptions& options) {
  return detail::finish(detail::mobilenet(options), detail::common_options(options));
}

}  // namespace linnet::inline v0::applications
