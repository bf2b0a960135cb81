#include <linnet/ops/affine_transform.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::AffineTransform;
using ops::AffineTransformGrad;

namespace {

/// The same six numbers for each picture.
Tensor numbers(Index batch, std::initializer_list<float> of) {
  Tensor t(DType::float32, {batch, 6});
  for (std::size_t i = 0; i < t.data<float>().size(); ++i) {
    t.data<float>()[i] = std::data(of)[i % 6];
  }
  return t;
}

/// A picture of one row and one channel.
Tensor row_of(std::vector<float> values) {
  return Tensor::of<float>({1, 1, static_cast<Index>(values.size()), 1}, values);
}

Tensor moved(const Tensor& x, float by, FillMode mode, AffineInterpolation interpolation) {
  const AffineTransform op{interpolation, mode, 9};
  return (*run_op(op, {x, numbers(1, {1, 0, by, 0, 1, 0})}))[0];
}

constexpr FillMode kModes[] = {"reflect", "wrap", "constant", "nearest"};
constexpr AffineInterpolation kInterpolations[] = {"nearest", "bilinear"};

}  // namespace

TEST_CASE("affine_transform and its gradient, inside and beyond the edges") {
  for (const FillMode mode : kModes) {
    for (const AffineInterpolation interpolation : kInterpolations) {
      for (const Index channels : {1, 2, 3, 4}) {
        INFO(mode.str() << ", " << interpolation.str() << ", " << channels << " channels");
        const Tensor x = random_floats({3, 5, 6, channels}, 1);
        const Tensor turned = random_floats({3, 6}, 2, -2, 2);
        const CheckOptions options{.tolerance = 1e-5, .step = 0.1};
        check_op(AffineTransform{interpolation, mode, 0.5f}, {x, turned}, options);
        check_op(AffineTransform{interpolation, mode, 0.5f, 4, 9}, {x, turned}, options);
        check_op(AffineTransformGrad{interpolation, mode, 7, 4}, {x, turned}, options);
      }
    }
  }
}

TEST_CASE("affine_transform of many and of wide pictures, on any number of threads") {
  const CheckOptions options{.tolerance = 1e-4, .gradients = false};
  const float c = std::cos(0.3f), s = std::sin(0.3f);
  for (const AffineInterpolation interpolation : kInterpolations) {
    check_op(AffineTransform{interpolation, "constant"},
             {random_floats({9, 50, 41, 3}, 1), numbers(9, {c, -s, 9.7f, s, c, -7.3f})}, options);
    check_op(
        AffineTransform{interpolation, "reflect"},
        {random_floats({1, 40, 600, 3}, 2), numbers(1, {0.7013f, 0.1007f, 3, 0.0011f, 1.3019f, 8})},
        options);
  }
  check_op(AffineTransform{},
           {Tensor(DType::float32, {0, 4, 4, 3}), numbers(0, {1, 0, 0, 0, 1, 0})});
}

TEST_CASE("affine_transform reads between pixels and beyond the edges as it says") {
  const Tensor x = row_of({1, 2, 3, 4});
  CHECK(moved(x, 2, "reflect", "nearest") == row_of({3, 4, 4, 3}));
  CHECK(moved(x, -6, "reflect", "nearest") == row_of({3, 4, 4, 3}));
  CHECK(moved(x, 2, "wrap", "nearest") == row_of({3, 4, 1, 2}));
  CHECK(moved(x, -1, "wrap", "nearest") == row_of({4, 1, 2, 3}));
  CHECK(moved(x, 2, "constant", "nearest") == row_of({3, 4, 9, 9}));
  CHECK(moved(x, -2, "nearest", "nearest") == row_of({1, 1, 1, 2}));
  CHECK(moved(x, 0.4f, "constant", "nearest") == x);
  CHECK(moved(x, 0.5f, "nearest", "bilinear") == row_of({1.5f, 2.5f, 3.5f, 4}));
  CHECK(moved(x, -0.5f, "constant", "bilinear") == row_of({5, 1.5f, 2.5f, 3.5f}));
}

TEST_CASE("affine_transform with numbers out of all bounds reads what lies far out") {
  const Tensor x = row_of({1, 2, 3, 4});
  for (const float far : {1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()}) {
    for (const AffineInterpolation interpolation : kInterpolations) {
      CHECK(moved(x, far, "constant", interpolation) == row_of({9, 9, 9, 9}));
    }
  }
  CHECK(moved(x, 1e30f, "nearest", "bilinear") == row_of({4, 4, 4, 4}));
}

TEST_CASE("affine_transform keeps, mirrors and cuts exactly") {
  const Tensor x = random_floats({2, 4, 5, 3}, 1, 0, 255);
  const Tensor same = numbers(2, {1, 0, 0, 0, 1, 0});
  for (const AffineInterpolation interpolation : kInterpolations) {
    CHECK((*run_op(AffineTransform{interpolation}, {x, same}))[0] == x);
    const Tensor across = numbers(2, {-1, 0, 4, 0, 1, 0});
    const Tensor y = (*run_op(AffineTransform{interpolation}, {x, across}))[0];
    CHECK((*run_op(AffineTransform{interpolation}, {y, across}))[0] == x);
    CHECK_FALSE(y == x);
  }
  const AffineTransform cut{.interpolation = "nearest", .height = 1, .width = 2};
  const Tensor y = (*run_op(cut, {x, numbers(2, {1, 0, 3, 0, 1, 2})}))[0];
  CHECK(y.shape() == Shape{2, 1, 2, 3});
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(y.data<float>()[i] == x.data<float>()[(2 * 5 + 3) * 3 + i]);
  }
}

TEST_CASE("affine_transform refuses what is no batch of pictures with six numbers each") {
  const auto infer = [](const AffineTransform& op, const Shape& x, const Shape& n) {
    const TensorType types[] = {{DType::float32, x}, {DType::float32, n}};
    return op.infer(types)[0].shape;
  };
  CHECK(infer({}, {any, any, any, 3}, {any, 6}) == Shape{any, any, any, 3});
  CHECK(infer({.height = 2, .width = 3}, {any, any, any, 3}, {any, 6}) == Shape{any, 2, 3, 3});
  CHECK(error_of([&] { infer({}, {8, 8, 3}, {8, 6}); }).is(ErrorCode::shape_mismatch, "channels"));
  CHECK(error_of([&] {
          infer({}, {2, 0, 8, 3}, {2, 6});
        }).is(ErrorCode::shape_mismatch, "no size"));
  CHECK(error_of([&] {
          infer({}, {2, 8, 8, 3}, {2, 8});
        }).is(ErrorCode::shape_mismatch, "six numbers"));
  CHECK(error_of([&] {
          infer({}, {2, 8, 8, 3}, {3, 6});
        }).is(ErrorCode::shape_mismatch, "six numbers"));
  CHECK(error_of([&] {
          infer({.height = 0, .width = 4}, {1, 8, 8, 3}, {1, 6});
        }).is(ErrorCode::invalid_argument, "got 0 and 4"));
  const AffineTransform op{"nearest", "wrap", 2, 3, 4};
  const auto again = from_fields<AffineTransform>(config_of(op), "op");
  CHECK(config_of(again) == config_of(op));
}

}  // namespace linnet::test
