#include <linnet/ops/resize.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::Resize;
using ops::ResizeGrad;
using ops::ResizeKind;

namespace {

constexpr ResizeKind kResizeKinds[] = {ResizeKind::nearest,  ResizeKind::bilinear,
                                       ResizeKind::bicubic,  ResizeKind::lanczos3,
                                       ResizeKind::lanczos5, ResizeKind::area};

}  // namespace

TEST_CASE("resize and its gradient, up and down, odd sizes") {
  const CheckOptions options{.tolerance = 1e-5, .step = 0.1};
  for (const ResizeKind kind : kResizeKinds) {
    for (const bool antialias : {false, true}) {
      check_op(Resize{kind, 7, 5, antialias}, {random_floats({2, 3, 4, 3}, 1)}, options);
      check_op(Resize{kind, 3, 2, antialias}, {random_floats({2, 8, 7, 1}, 2)}, options);
      check_op(Resize{kind, 2, 9, antialias}, {random_floats({1, 5, 3, 5}, 3)}, options);
      check_op(Resize{kind, 1, 1, antialias}, {random_floats({1, 4, 6, 4}, 4)}, options);
      check_op(Resize{kind, 4, 3, antialias}, {random_floats({1, 1, 1, 2}, 5)}, options);
      check_op(ResizeGrad{kind, 6, 5, antialias}, {random_floats({2, 3, 8, 3}, 6)}, options);
    }
  }
}

TEST_CASE("resize of many rows, on any number of threads") {
  for (const ResizeKind kind : kResizeKinds) {
    const CheckOptions options{.tolerance = 1e-5, .gradients = false};
    check_op(Resize{kind, 61, 40, true}, {random_floats({3, 90, 101, 3}, 1)}, options);
    check_op(Resize{kind, 20, 10, false}, {random_floats({2, 100, 300, 4}, 2)}, options);
    check_op(Resize{kind, 64, 64, false}, {random_floats({2, 32, 32, 48}, 3)}, options);
    check_op(ResizeGrad{kind, 100, 90, false}, {random_floats({2, 33, 200, 3}, 4)}, options);
  }
  check_op(Resize{ResizeKind::bilinear, 3, 3}, {Tensor(DType::float32, {0, 2, 2, 3})});
}

TEST_CASE("resize keeps a picture of one colour, and one of its own size") {
  for (const ResizeKind kind : kResizeKinds) {
    for (const bool antialias : {false, true}) {
      const Tensor grey = Tensor::full({1, 5, 9, 1}, 77.0f);
      CHECK(close((*run_op(Resize{kind, 11, 4, antialias}, {grey}))[0],
                  Tensor::full({1, 11, 4, 1}, 77.0f), 1e-6));
      const Tensor x = random_floats({1, 5, 6, 3}, 3);
      CHECK(close((*run_op(Resize{kind, 5, 6, antialias}, {x}))[0], x, 1e-6));
    }
  }
}

TEST_CASE("resize refuses what is no batch of pictures") {
  const auto infer = [](const Resize& op, const Shape& x, DType dtype = DType::float32) {
    const TensorType type{dtype, x};
    return op.infer(std::span(&type, 1))[0].shape;
  };
  CHECK(infer({.height = 3, .width = 4}, {any, any, any, 3}) == Shape{any, 3, 4, 3});
  CHECK(error_of([&] {
          infer({.height = 3, .width = 4}, {8, 8, 3});
        }).is(ErrorCode::shape_mismatch, "(batch, height, width, channels)"));
  CHECK(error_of([&] {
          infer({.height = 3, .width = 4}, {1, 0, 8, 3});
        }).is(ErrorCode::shape_mismatch, "no size"));
  CHECK(error_of([&] {
          infer({.height = 0, .width = 4}, {1, 8, 8, 3});
        }).is(ErrorCode::invalid_argument, "got 0 and 4"));
  CHECK(error_of([&] {
          infer({.height = 3, .width = 4}, {1, 8, 8, 3}, DType::uint8);
        }).is(ErrorCode::dtype_mismatch));
}

TEST_CASE("resize computes what TensorFlow does") {
  const Golden golden("resize");
  CHECK(golden.cases().size() == 40);
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const auto method = Interpolation::named(each.facts.at("method").as_string());
    const Resize op{ops::resize_kind(method), each.facts.at("height").as_integer(),
                    each.facts.at("width").as_integer(), each.facts.at("antialias").as_bool()};
    const Tensor x = each.at("input/0");
    CHECK(close((*run_op(op, {x}))[0], each.at("output/0"), 1e-6));
    if (const Tensor* wanted = each.find("input_grad/0")) {
      const ResizeGrad back{op.kind, x.shape()[1], x.shape()[2], op.antialias};
      CHECK(close((*run_op(back, {each.at("cotangent/0")}))[0], *wanted, 1e-5));
    }
  }
}

}  // namespace linnet::test
