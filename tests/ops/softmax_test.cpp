#include <linnet/ops/softmax.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("softmax, log_softmax, sparsemax and their gradients") {
  for (const Index axis : {-1, 0, 1}) {
    for (const Shape& shape : {Shape{2, 3}, Shape{3, 4, 2}, Shape{1, 1}, Shape{0, 3}}) {
      const Tensor x = random_floats(shape, 4, -2, 2);
      check_op(ops::Softmax{axis}, {x});
      check_op(ops::LogSoftmax{axis}, {x});
      check_op(ops::Sparsemax{axis}, {x}, {.step = 1e-3});
      check_op(ops::SparsemaxGrad{axis}, {x, random_floats(shape, 5)});
    }
  }
  for (const Shape& shape : {Shape{5000, 10}, Shape{33, 1000}, Shape{1, 70000}, Shape{700, 37}}) {
    const CheckOptions options{.tolerance = 2e-6, .gradients = false};
    check_op(ops::Softmax{}, {random_floats(shape, 4, -9, 9)}, options);
    check_op(ops::LogSoftmax{}, {random_floats(shape, 4, -9, 9)}, options);
    check_op(
        ops::SoftmaxGrad{},
        {random_floats(shape, 4, 0, 2 / static_cast<float>(shape[1])), random_floats(shape, 5)},
        options);
    check_op(ops::Softmax{0}, {random_floats(shape, 4, -9, 9)}, options);
  }
}

TEST_CASE("softmax far out") {
  const Tensor x = Tensor::of<float>({2, 4}, {1000, -1000, 0, 999, -500, -500, -500, -500});
  check_op(ops::Softmax{}, {x}, {.gradients = false});
  check_op(ops::LogSoftmax{}, {x}, {.gradients = false});
  const float infinity = INFINITY;
  check_op(ops::Softmax{}, {Tensor::of<float>({1, 3}, {-infinity, 0, 1})}, {.gradients = false});
}

TEST_CASE("glu halves its axis") {
  const Value x = ops::input("x", {DType::float32, {any, 6}});
  CHECK(ops::glu(x).shape() == Shape{any, 3});
  CHECK(error_of([&] { ops::glu(x, 0); }).is(ErrorCode::shape_mismatch, "glu"));
  CHECK(error_of([&] { ops::softmax(x, 2); }).is(ErrorCode::out_of_range, "softmax"));
}

}  // namespace linnet::test
