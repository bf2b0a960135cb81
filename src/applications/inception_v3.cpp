#include <linnet/applications/inception_v3.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;

/// Builds the layers, which Keras numbers in the order in which it makes them.
class InceptionBuilder {
 public:
  /// A convolution with normalization and ReLU.
  Value conv(const Value& x, Index filters, Sizes<2> size, Index strides = 1,
             Padding padding = "same") {
    const Index number = count_++;
    return x |
           Conv2D{.filters = filters,
                  .kernel_size = size,
                  .strides = strides,
                  .padding = padding,
                  .use_bias = false,
                  .name = numbered("conv2d", number)} |
           BatchNormalization{.scale = false, .name = numbered("batch_normalization", number)} |
           Activation{.activation = "relu", .name = numbered("activation", number)};
  }

  Value stem(const Value& x) {
    Value y = conv(x, 32, 3, 2, "valid");
    y = conv(conv(y, 32, 3, 1, "valid"), 64, 3);
    y = conv(halved(y), 80, 1, 1, "valid");
    return halved(conv(y, 192, 3, 1, "valid"));
  }

  /// mixed0 to mixed2.
  Value wide(const Value& x, Index after_pool, const char* name) {
    const Value a = conv(x, 64, 1);
    const Value b = conv(conv(x, 48, 1), 64, 5);
    const Value c = conv(conv(conv(x, 64, 1), 96, 3), 96, 3);
    return joined({a, b, c, conv(averaged(x), after_pool, 1)}, name);
  }

  /// mixed3
  Value first_reduction(const Value& x) {
    const Value a = conv(x, 384, 3, 2, "valid");
    const Value b = conv(conv(conv(x, 64, 1), 96, 3), 96, 3, 2, "valid");
    return joined({a, b, halved(x)}, "mixed3");
  }

  /// mixed4 to mixed7: 7 x 7 as 1 x 7 and 7 x 1.
  Value factored(const Value& x, Index width, const std::string& name) {
    const Sizes<2> row{1, 7}, column{7, 1};
    const Value a = conv(x, 192, 1);
    const Value b = conv(conv(conv(x, width, 1), width, row), 192, column);
    Value c = conv(conv(x, width, 1), width, column);
    c = conv(conv(conv(c, width, row), width, column), 192, row);
    return joined({a, b, c, conv(averaged(x), 192, 1)}, name);
  }

  /// mixed8
  Value second_reduction(const Value& x) {
    const Value a = conv(conv(x, 192, 1), 320, 3, 2, "valid");
    Value b = conv(conv(conv(x, 192, 1), 192, {1, 7}), 192, {7, 1});
    b = conv(b, 192, 3, 2, "valid");
    return joined({a, b, halved(x)}, "mixed8");
  }

  /// mixed9 and mixed10; the numbers are Keras's.
  Value spread(const Value& x, Index number) {
    const Value a = conv(x, 320, 1);
    Value b = conv(x, 384, 1);
    b = both(b, cat("mixed9_", number));
    Value c = conv(conv(x, 448, 1), 384, 3);
    c = both(c, numbered("concatenate", number));
    return joined({a, b, c, conv(averaged(x), 192, 1)}, cat("mixed", 9 + number));
  }

 private:
  static std::string numbered(const char* base, Index number) {
    return number == 0 ? base : cat(base, "_", number);
  }
  static Value joined(Values parts, const std::string& name) {
    return call(Concatenate{.axis = 3, .name = name}, std::move(parts));
  }
  static Value halved(const Value& x) {
    return x | MaxPooling2D{.pool_size = 3, .strides = Sizes<2>(2)};
  }
  static Value averaged(const Value& x) {
    return x | AveragePooling2D{.pool_size = 3, .strides = Sizes<2>(1), .padding = "same"};
  }
  /// 1 x 3 and 3 x 1 side by side.
  Value both(const Value& x, const std::string& name) {
    const Value row = conv(x, 384, {1, 3}), column = conv(x, 384, {3, 1});
    return joined({row, column}, name);
  }

  Index count_ = 0;
};

}  // namespace

namespace detail {

Network inception_v3(const ApplicationOptions& options) {
  const Value x = image_input(options, 299, 75);
  InceptionBuilder build;
  Value y = build.stem(x);
  y = build.wide(y, 32, "mixed0");
  y = build.wide(y, 64, "mixed1");
  y = build.wide(y, 64, "mixed2");
  y = build.first_reduction(y);
  y = build.factored(y, 128, "mixed4");
  y = build.factored(y, 160, "mixed5");
  y = build.factored(y, 160, "mixed6");
  y = build.factored(y, 192, "mixed7");
  y = build.second_reduction(y);
  y = build.spread(build.spread(y, 0), 1);
  const auto names = options.include_top ? PoolingNames::own : PoolingNames::generated;
  return {x, image_top(y, options, names), "inception_v3", tf_kernels(options, "inception_v3")};
}

}  // namespace detail

Model InceptionV3(const ApplicationOptions& options) {
  return detail::finish(detail::inception_v3(options), options);
}

}  // namespace linnet::inline v0::applications
