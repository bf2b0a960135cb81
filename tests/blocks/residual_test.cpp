#include <linnet/blocks/residual.hpp>
#include <linnet/linnet.hpp>
#include <map>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Shape shape_of(const blocks::Residual& block, const Shape& x) {
  return blocks::residual(input(x), block).shape();
}

Conv2D conv(const char* name, Index size, Index strides) {
  Conv2D layer{.filters = 5, .kernel_size = size, .padding = "same"};
  layer.strides = strides;
  layer.name = name;
  return layer;
}
Value normal(const Value& y, const char* name) {
  return y | BatchNormalization{.epsilon = 1.001e-5, .name = name};
}
Value positive(const Value& y) { return y | Activation{.activation = "relu"}; }

/// The block "b" of 5 filters and strides of 2, layer by layer, as He et al. (2015) have it.
Value basic_chain(const Value& x) {
  const Value shortcut = normal(x | conv("b_0_conv", 1, 2), "b_0_bn");
  const Value y = positive(normal(x | conv("b_1_conv", 3, 2), "b_1_bn"));
  return positive(call(Add{}, {shortcut, normal(y | conv("b_2_conv", 3, 1), "b_2_bn")}));
}

/// The same as He et al. (2016) have it. The stride of 2 begins where a stride of 1 would.
Value basic_chain_v2(const Value& x) {
  const Value before = positive(normal(x, "b_preact_bn"));
  Conv2D strided = conv("b_1_conv", 3, 2);
  strided.padding = "valid";
  strided.use_bias = false;
  const Value y = positive(normal(before | ZeroPadding2D{.padding = 1} | strided, "b_1_bn"));
  return call(Add{}, {before | conv("b_0_conv", 1, 2), y | conv("b_2_conv", 3, 1)});
}

}  // namespace

TEST_CASE("Residual blocks have the shapes of their kind") {
  const Shape x{8, 6, 16};
  CHECK(shape_of({.filters = 4}, x) == Shape{any, 8, 6, 16});
  CHECK(shape_of({.filters = 4, .conv_shortcut = false}, x) == Shape{any, 8, 6, 16});
  CHECK(shape_of({.filters = 8, .strides = 2}, x) == Shape{any, 4, 3, 32});
  CHECK(shape_of({.filters = 8, .strides = 2, .version = 2}, x) == Shape{any, 4, 3, 32});
  CHECK(shape_of({.filters = 4, .strides = 2, .version = 2, .conv_shortcut = false}, x) ==
        Shape{any, 4, 3, 16});
  CHECK(shape_of({.filters = 16, .bottleneck = false, .conv_shortcut = false}, x) ==
        Shape{any, 8, 6, 16});
  CHECK(shape_of({.filters = 20, .strides = 2, .version = 2, .bottleneck = false}, x) ==
        Shape{any, 4, 3, 20});
}

TEST_CASE("A basic residual block is the chain of layers that He et al. draw") {
  for (const int version : {1, 2}) {
    INFO("version " << version);
    const Value x = input({7, 6, 3});  // an odd and an even size
    const Model block(
        x,
        blocks::residual(
            x, {.filters = 5, .strides = 2, .version = version, .bottleneck = false, .name = "b"}));
    const Value z = input({7, 6, 3});
    const Model chain(z, version == 1 ? basic_chain(z) : basic_chain_v2(z));
    std::map<std::string, Tensor> weights;
    for (const auto& [path, parameter] : block.parameters()) {
      parameter->value = random_floats(parameter->type.shape, weights.size() + 1, 0.1f, 0.9f);
      if (path.find("kernel") != path.npos) {
        for (float& value : parameter->value.data<float>()) value -= 0.5f;
      }
      weights[path] = parameter->value;
    }
    CHECK(chain.parameters().size() == weights.size());
    for (const auto& [path, parameter] : chain.parameters()) {
      parameter->value = weights.at(path).clone();
    }
    const Tensor rows = random_floats({2, 7, 6, 3}, 30);
    CHECK(block.predict(rows).shape() == Shape{2, 4, 3, 5});
    CHECK(close(block.predict(rows), chain.predict(rows), 1e-6));
  }
}

TEST_CASE("A residual block trains, and predicts the same fused as layer by layer") {
  for (const auto& [version, bottleneck] :
       {std::pair{1, true}, std::pair{2, true}, std::pair{1, false}, std::pair{2, false}}) {
    INFO("version " << version << (bottleneck ? ", bottleneck" : ", basic"));
    const Value x = input({6, 6, 8});
    const Value y = blocks::residual(x, {.filters = bottleneck ? 2 : 8,
                                         .version = version,
                                         .bottleneck = bottleneck,
                                         .conv_shortcut = false,
                                         .name = "b"});
    Model model(x, y | GlobalAveragePooling2D{} | Dense{.units = 3, .activation = "softmax"});
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    const Tensor rows = random_floats({16, 6, 6, 8}, 1), labels = random_ints({16}, 2, 3);
    const double first = model.train_on_batch(rows, labels)["loss"];
    for (int i = 0; i < 40; ++i) model.train_on_batch(rows, labels);
    CHECK(model.test_on_batch(rows, labels)["loss"] < first);
    Tensors weights = model.get_weights();
    for (Tensor& w : weights) {
      for (float& value : w.data<float>()) value += 0.25f;  // statistics far from 0 and 1
    }
    model.set_weights(weights);
    // A test step is not fused: against the fused predictions its loss is rounding alone.
    model.compile({.optimizer = "adam", .loss = "mse"});
    const Tensor fused = model.predict(rows);
    CHECK(model.test_on_batch(rows, fused)["loss"] < 1e-10);
  }
}

TEST_CASE("A residual block refuses what cannot be added") {
  CHECK(error_of([] {
          shape_of({.filters = 4, .conv_shortcut = false}, {8, 8, 3});
        }).is(ErrorCode::shape_mismatch, "16 channels"));
  CHECK(error_of([] {
          shape_of({.version = 3}, {8, 8, 3});
        }).is(ErrorCode::invalid_argument, "version"));
}

}  // namespace linnet::test
