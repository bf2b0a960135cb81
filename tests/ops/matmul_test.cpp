#include <linnet/ops/matmul.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::MatMul;

TEST_CASE("matmul in every orientation, from one number to sizes for every kernel") {
  struct Size {
    Index m, n, k;
  };
  const CheckOptions loose{.tolerance = 1e-4, .gradients = false, .thread_exact = false};
  for (const Size s : {Size{1, 1, 1},
                       {1, 4, 64},
                       {32, 4, 64},
                       {5, 7, 3},
                       {33, 17, 9},
                       {256, 64, 128},
                       {1, 300, 300},
                       {70, 130, 257}}) {
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        const Tensor a = random_floats(ta ? Shape{s.k, s.m} : Shape{s.m, s.k}, 1);
        const Tensor b = random_floats(tb ? Shape{s.n, s.k} : Shape{s.k, s.n}, 2);
        check_op(MatMul{ta, tb}, {a, b}, loose);
        check_op(MatMul{ta, tb}, {a, b, random_floats({s.n}, 3)}, loose);
      }
    }
  }
}

TEST_CASE("matmul's gradients by both factors and the bias") {
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      const Tensor a = random_floats(ta ? Shape{4, 3} : Shape{3, 4}, 1);
      const Tensor b = random_floats(tb ? Shape{2, 4} : Shape{4, 2}, 2);
      check_op(MatMul{ta, tb}, {a, b});
      check_op(MatMul{ta, tb}, {a, b, random_floats({2}, 3)});
    }
  }
  check_op(MatMul{}, {random_floats({2, 3, 4}, 1), random_floats({4, 2}, 2)});
}

TEST_CASE("matmul takes the leading axes of its first factor as rows") {
  check_op(MatMul{}, {random_floats({2, 3, 5, 4}, 1), random_floats({4, 6}, 2)},
           {.tolerance = 1e-5, .gradients = false});
}

TEST_CASE("matmul of nothing is nothing, or zero") {
  const CheckOptions plain{.gradients = false};
  check_op(MatMul{}, {Tensor(DType::float32, {0, 4}), random_floats({4, 3}, 1)}, plain);
  check_op(MatMul{}, {Tensor(DType::float32, {2, 0}), Tensor(DType::float32, {0, 3})}, plain);
}

TEST_CASE("matmul of integers is exact, and wraps") {
  const auto a = Tensor::of<std::int32_t>({2, 2}, {16777217, 1, -3, 65536});
  const auto b = Tensor::of<std::int32_t>({2, 2}, {1, 2, 16777219, 65536});
  CHECK((*run_op(MatMul{}, {a, b}))[0] ==
        Tensor::of<std::int32_t>({2, 2}, {33554436, 33619970, 196605, -6}));
  CHECK((*run_op(MatMul{true, true}, {a, b}))[0] ==
        Tensor::of<std::int32_t>({2, 2}, {16777211, 66912259, 131073, 16777219}));
  const Tensor f = Tensor::full({2, 2}, 1.0f);
  CHECK(error_of([&] { run_op(MatMul{}, {a, f}); }).is(ErrorCode::dtype_mismatch, "int32"));
}

TEST_CASE("matmul refuses factors that do not fit") {
  const auto types = [](const Shape& a, const Shape& b) {
    return Types{{DType::float32, a}, {DType::float32, b}};
  };
  CHECK(error_of([&] {
          MatMul{}.infer(types({2, 3}, {4, 5}));
        }).is(ErrorCode::shape_mismatch, "inner sizes"));
  CHECK(error_of([&] {
          MatMul{}.infer(types({3}, {3, 5}));
        }).is(ErrorCode::shape_mismatch, "matrices"));
  CHECK(MatMul{}.infer(types({any, 3}, {3, 5}))[0].shape == Shape{any, 5});
}

}  // namespace linnet::test
