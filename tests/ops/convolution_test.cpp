#include <linnet/ops/convolution.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

struct Case {
  Shape x, kernel;
  ops::Window window;
  Index groups = 1;
};

const Case kCases[] = {
    {{2, 7, 3}, {3, 3, 4}, {{1}, {1}, {1}, {1}}},
    {{1, 9, 4}, {2, 2, 6}, {{2}, {3}, {3}, {0}}, 2},
    {{2, 5, 6, 3}, {3, 3, 3, 5}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
    {{1, 8, 7, 4}, {3, 2, 4, 8}, {{2, 1}, {1, 2}, {0, 1}, {1, 2}}},
    {{1, 6, 6, 4}, {1, 1, 4, 3}, {{2, 2}, {1, 1}, {0, 0}, {0, 0}}},
    {{2, 5, 5, 3}, {3, 3, 1, 6}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}, 3},
    {{1, 4, 5, 4, 2}, {2, 3, 2, 2, 3}, {{1, 2, 1}, {1, 1, 2}, {0, 1, 1}, {1, 1, 1}}},
    {{1, 6, 5, 2}, {3, 3, 2, 2}, {{1, 1}, {1, 1}, {-1, 0}, {0, -1}}},
};

}  // namespace

TEST_CASE("convolution and its gradients") {
  for (const Case& c : kCases) {
    const ops::Convolution op{c.window, c.groups};
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    INFO("x " << c.x.str() << ", kernel " << c.kernel.str());
    check_op(op, {x, kernel});
    check_op(op, {x, kernel, random_floats({c.kernel[-1]}, 3)});
  }
}

TEST_CASE("the gradients of a convolution have gradients") {
  for (const Case& c : kCases) {
    const Tensor x = random_floats(c.x, 1), kernel = random_floats(c.kernel, 2);
    const Types in{{DType::float32, c.x}, {DType::float32, c.kernel}};
    const Shape y = ops::Convolution{c.window, c.groups}.infer(in)[0].shape;
    std::vector<Index> sizes(c.x.begin() + 1, c.x.end() - 1);
    std::vector<Index> kernel_sizes(c.kernel.begin(), c.kernel.end() - 2);
    const Tensor dy = random_floats(y, 4);
    INFO("x " << c.x.str() << ", kernel " << c.kernel.str());
    check_op(ops::ConvolutionInput{c.window, c.groups, sizes}, {dy, kernel});
    check_op(ops::ConvolutionKernel{c.window, c.groups, kernel_sizes}, {x, dy});
  }
}

TEST_CASE("a convolution refuses what does not fit") {
  auto shape_of = [](const Shape& x, const Shape& kernel, const ops::Window& window, Index groups) {
    const Types in{{DType::float32, x}, {DType::float32, kernel}};
    return ops::Convolution{window, groups}.infer(in)[0].shape;
  };
  const ops::Window plain{{1, 1}, {1, 1}, {0, 0}, {0, 0}};
  CHECK(shape_of({any, any, 9, 3}, {3, 3, 3, 8}, plain, 1) == Shape{any, any, 7, 8});
  CHECK(error_of([&] {
          shape_of({1, 2, 2, 3}, {3, 3, 3, 8}, plain, 1);
        }).is(ErrorCode::shape_mismatch, "does not fit into 2"));
  CHECK(error_of([&] {
          shape_of({1, 5, 5, 4}, {3, 3, 3, 8}, plain, 1);
        }).is(ErrorCode::shape_mismatch, "kernel"));
  CHECK(error_of([&] {
          shape_of({1, 5, 5, 4}, {3, 3, 2, 7}, plain, 2);
        }).is(ErrorCode::shape_mismatch, "kernel"));
  CHECK(error_of([&] {
          shape_of({1, 5, 4}, {3, 3, 2, 7}, plain, 2);
        }).is(ErrorCode::shape_mismatch, "kernel"));
}

}  // namespace linnet::test
