#include <linnet/blocks/residual.hpp>
#include <linnet/layers.hpp>

namespace linnet::inline v0::blocks {

namespace {

/// Builds the layers of one block with their names.
class Builder {
 public:
  explicit Builder(const Residual& block) : block_(block) {}

  Value conv(const Value& x, const char* part, Index filters, Index size, Index strides,
             bool use_bias, Padding padding) const {
    return x | Conv2D{.filters = filters,
                      .kernel_size = size,
                      .strides = strides,
                      .padding = padding,
                      .use_bias = use_bias,
                      .name = named(part, "_conv")};
  }
  Value norm(const Value& x, const char* part) const {
    return x | BatchNormalization{.epsilon = block_.epsilon, .name = named(part, "_bn")};
  }
  Value relu(const Value& x, const char* part) const {
    return x | Activation{.activation = "relu", .name = named(part, "_relu")};
  }
  std::string named(const char* part, const char* what) const { return block_.name + part + what; }

 private:
  const Residual& block_;
};

Value first_version(const Value& x, const Residual& b) {
  const Builder make(b);
  const Index out = b.bottleneck ? 4 * b.filters : b.filters;
  const Value shortcut =
      b.conv_shortcut ? make.norm(make.conv(x, "_0", out, 1, b.strides, true, "valid"), "_0") : x;
  Value y;
  if (b.bottleneck) {
    y = make.conv(x, "_1", b.filters, 1, b.strides, true, "valid");
    y = make.relu(make.norm(y, "_1"), "_1");
    y = make.conv(y, "_2", b.filters, b.kernel_size, 1, true, "same");
    y = make.relu(make.norm(y, "_2"), "_2");
    y = make.norm(make.conv(y, "_3", out, 1, 1, true, "valid"), "_3");
  } else {
    y = make.conv(x, "_1", b.filters, b.kernel_size, b.strides, true, "same");
    y = make.relu(make.norm(y, "_1"), "_1");
    y = make.norm(make.conv(y, "_2", out, b.kernel_size, 1, true, "same"), "_2");
  }
  const Value sum = call(Add{.name = b.name + "_add"}, {shortcut, y});
  return sum | Activation{.activation = "relu", .name = b.name + "_out"};
}

Value second_version(const Value& x, const Residual& b) {
  const Builder make(b);
  const Index out = b.bottleneck ? 4 * b.filters : b.filters;
  const Value before = make.relu(make.norm(x, "_preact"), "_preact");
  Value shortcut = x;
  if (b.conv_shortcut) {
    shortcut = make.conv(before, "_0", out, 1, b.strides, true, "valid");
  } else if (b.strides > 1) {
    shortcut = x | MaxPooling2D{.pool_size = 1, .strides = Sizes<2>(b.strides)};
  }
  Value y;
  const Index last = b.kernel_size / 2;
  auto strided = [&](const Value& v, const char* part) {  // padded as if it had no stride
    const Value padded = v | ZeroPadding2D{.padding = {{last, last}, {last, last}},
                                           .name = make.named(part, "_pad")};
    return make.conv(padded, part, b.filters, b.kernel_size, b.strides, false, "valid");
  };
  if (b.bottleneck) {
    y = make.conv(before, "_1", b.filters, 1, 1, false, "valid");
    y = strided(make.relu(make.norm(y, "_1"), "_1"), "_2");
    y = make.relu(make.norm(y, "_2"), "_2");
    y = make.conv(y, "_3", out, 1, 1, true, "valid");
  } else {
    y = make.relu(make.norm(strided(before, "_1"), "_1"), "_1");
    y = make.conv(y, "_2", out, b.kernel_size, 1, true, "same");
  }
  return call(Add{.name = b.name + "_out"}, {shortcut, y});
}

}  // namespace

Value residual(const Value& x, const Residual& block) {
  if (block.version != 1 && block.version != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("residual: version must be 1 or 2, got ", block.version));
  }
  const Index out = block.bottleneck ? 4 * block.filters : block.filters;
  if (!block.conv_shortcut && x.shape()[-1] != out) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("residual ", block.name, ": without conv_shortcut x must have the ",
                             out, " channels of the output, got ", x.shape()));
  }
  return block.version == 1 ? first_version(x, block) : second_version(x, block);
}

}  // namespace linnet::inline v0::blocks
