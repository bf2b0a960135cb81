#include <linnet/ops/reduce.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::Reduce;
using ops::ReduceKind;

namespace {

constexpr ReduceKind kKinds[] = {ReduceKind::sum, ReduceKind::mean, ReduceKind::max,
                                 ReduceKind::min};

/// All different by at least 0.1, so that numeric gradients of max and min hold.
Tensor spread(const Shape& shape) {
  Tensor t(DType::float32, shape);
  const Index count = t.size();
  for (Index i = 0; i < count; ++i) {
    t.data<float>()[static_cast<std::size_t>(i)] = 0.1f * static_cast<float>(i * 7919 % 10007 % 97);
  }
  return t;
}

}  // namespace

TEST_CASE("reduce and its gradients") {
  for (const ReduceKind kind : kKinds) {
    for (const bool keepdims : {false, true}) {
      check_op(Reduce{kind, {}, keepdims}, {spread({3, 5})});
      check_op(Reduce{kind, {0}, keepdims}, {spread({3, 5})});
      check_op(Reduce{kind, {-1}, keepdims}, {spread({3, 5})});
      check_op(Reduce{kind, {0, 2}, keepdims}, {spread({2, 3, 4})});
      check_op(Reduce{kind, {1}, keepdims}, {spread({2, 3, 4})});
      check_op(Reduce{kind, {}, keepdims}, {spread({})});
      check_op(Reduce{kind, {1}, keepdims}, {spread({4, 1})});
    }
  }
}

TEST_CASE("reduce of large tensors, on any number of threads") {
  for (const ReduceKind kind : kKinds) {
    for (const Shape& shape : {Shape{123457}, Shape{1000, 129}, Shape{64, 33, 65}}) {
      const CheckOptions options{.tolerance = 1e-5, .gradients = false};
      const Tensor x = random_floats(shape, 3);
      check_op(Reduce{kind}, {x}, options);
      check_op(Reduce{kind, {0}}, {x}, options);
      check_op(Reduce{kind, {-1}}, {x}, options);
      if (shape.rank() == 3) check_op(Reduce{kind, {0, 1}}, {x}, options);
      if (shape.rank() == 3) check_op(Reduce{kind, {1}}, {x}, options);
      if (shape.rank() == 3) check_op(Reduce{kind, {0, 2}}, {x}, options);
    }
  }
}

TEST_CASE("reduce of nothing") {
  CHECK((*run_op(Reduce{ReduceKind::sum}, {Tensor(DType::float32, {0, 3})}))[0] ==
        Tensor::full({}, 0.0f));
  CHECK((*run_op(Reduce{ReduceKind::mean, {0}}, {Tensor(DType::float32, {0, 3})}))[0] ==
        Tensor::full({3}, 0.0f));
  check_op(Reduce{ReduceKind::sum, {1}}, {Tensor(DType::float32, {0, 3})});
  check_op(Reduce{ReduceKind::max, {0}}, {Tensor(DType::float32, {0, 3})});
}

TEST_CASE("reduce: types, and the shared gradient of equal maxima") {
  const TensorType x{DType::float32, {any, 3, any}};
  const auto shape = [&](const Reduce& op) { return op.infer(std::span(&x, 1))[0].shape; };
  CHECK(shape({ReduceKind::sum, {1}}) == Shape{any, any});
  CHECK(shape({ReduceKind::sum, {0, 2}, true}) == Shape{1, 3, 1});
  CHECK(shape({ReduceKind::sum, {}, true}) == Shape{1, 1, 1});
  CHECK(error_of([&] { shape({ReduceKind::sum, {3}}); }).is(ErrorCode::out_of_range, "axis 3"));
  CHECK(error_of([&] { shape({ReduceKind::sum, {1, -2}}); }).is(ErrorCode::invalid_argument));

  const Value v = ops::input("v", {DType::float32, {4}}), y = ops::reduce_max(v);
  const auto gradients = y.node().op.grad({Values{v}, Values{y}, Values{ops::constant(1.0f)}});
  CHECK(run_graph(gradients[0].dense, {{"v", Tensor::of<float>({4}, {1, 5, 2, 5})}}) ==
        Tensor::of<float>({4}, {0, 0.5f, 0, 0.5f}));
}

TEST_CASE("argmax takes the lowest of equal ones") {
  check_op(ops::ArgMax{}, {random_floats({7, 11}, 1)});
  check_op(ops::ArgMax{}, {random_floats({2, 3, 500}, 1)});
  check_op(ops::ArgMax{}, {random_floats({0, 3}, 1)});
  CHECK((*run_op(ops::ArgMax{}, {Tensor::of<float>({2, 3}, {1, 4, 4, 0, 0, 0})}))[0] ==
        Tensor::of<std::int32_t>({2}, {1, 0}));
  check_op(ops::ArgMax{}, {random_ints({500, 100}, 1, 4).cast(DType::float32)});  // many are equal
  check_op(ops::ArgMax{}, {Tensor::full({4, 40}, -INFINITY)});
  Tensor x = random_floats({50, 60}, 2);
  for (std::size_t i = 0; i < 3000; i += 67) x.data<float>()[i] = NAN;
  check_op(ops::ArgMax{}, {x});
}

TEST_CASE("integers are summed and compared exactly, and sums wrap") {
  const auto x = Tensor::of<std::int32_t>({2, 3}, {16777217, 16777216, 1, 2147483647, 1, -5});
  const auto of = [](ReduceKind kind, const Tensor& t) {
    return (*run_op(Reduce{kind, {1}}, {t}))[0];
  };
  CHECK(of(ReduceKind::sum, x) == Tensor::of<std::int32_t>({2}, {33554434, 2147483643}));
  CHECK(of(ReduceKind::max, x) == Tensor::of<std::int32_t>({2}, {16777217, 2147483647}));
  CHECK(of(ReduceKind::min, x) == Tensor::of<std::int32_t>({2}, {1, -5}));
  CHECK((*run_op(ops::ArgMax{}, {x}))[0] == Tensor::of<std::int32_t>({2}, {0, 0}));
  const auto wide = Tensor::of<std::int64_t>({1, 2}, {(std::int64_t{1} << 53) + 1, 1});
  CHECK(of(ReduceKind::sum, wide) == Tensor::of<std::int64_t>({1}, {(std::int64_t{1} << 53) + 2}));
  const auto bytes = Tensor::of<std::uint8_t>({1, 3}, {200, 100, 50});
  CHECK(of(ReduceKind::sum, bytes) == Tensor::of<std::uint8_t>({1}, {94}));
  CHECK(of(ReduceKind::max, bytes) == Tensor::of<std::uint8_t>({1}, {200}));
  CHECK(error_of([&] { of(ReduceKind::mean, x); }).is(ErrorCode::dtype_mismatch, "float32"));
}

TEST_CASE("sum_to undoes broadcasting") {
  const Tensor x = random_floats({2, 3, 4}, 1);
  const Value v = ops::constant(x);
  CHECK(ops::sum_to(v, {2, 3, 4}) == v);
  CHECK(run_graph(ops::sum_to(v, {3, 1})).shape() == Shape{3, 1});
  CHECK(run_graph(ops::sum_to(v, {1, 1, 4})).shape() == Shape{1, 1, 4});
  CHECK(run_graph(ops::sum_to(v, {})).shape() == Shape{});
}

}  // namespace linnet::test
