#include <linnet/blocks/residual.hpp>
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Shape shape_of(const blocks::Residual& block, const Shape& x) {
  return blocks::residual(input(x), block).shape();
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

TEST_CASE("A residual block trains, and predicts the same fused as layer by layer") {
  for (const int version : {1, 2}) {
    const Value x = input({6, 6, 8});
    const Value y = blocks::residual(
        x, {.filters = 2, .version = version, .conv_shortcut = false, .name = "b"});
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
