#include <limits>
#include <linnet/ops/shape.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"
#include "ops/stop_gradient.hpp"

namespace linnet::test {

namespace {

Shape shape_of(const Op& op, const Shape& x) {
  const TensorType type{DType::float32, x};
  return op.infer(std::span(&type, 1)).front().shape;
}

}  // namespace

TEST_CASE("reshape") {
  using ops::Reshape;
  check_op(Reshape{{2, any}}, {random_floats({3, 4}, 1)});
  check_op(Reshape{{}}, {random_floats({1, 1}, 1)});
  check_op(Reshape{{0, 5}}, {random_floats({5, 0}, 1)});
  check_op(Reshape{{6}}, {random_ints({2, 3}, 1, 9, DType::int64)});
  CHECK(shape_of(Reshape{{any, 12}}, {any, 3, 4}) == Shape{any, 12});
  CHECK(shape_of(Reshape{{Reshape::axis(0), any}}, {any, 3, 4}) == Shape{any, 12});
  CHECK(shape_of(Reshape{{Reshape::axis(0), any}}, {0, 3, 4}) == Shape{0, 12});
  CHECK(shape_of(Reshape{{Reshape::axis(1), 1, Reshape::axis(0)}}, {any, any}) ==
        Shape{any, 1, any});
  CHECK(shape_of(Reshape{{any, 3}}, {any, any}) == Shape{any, 3});
  const auto refused = [](const ops::Reshape& op, const Shape& x) {
    return error_of([&] { shape_of(op, x); }).is(ErrorCode::shape_mismatch, "reshape");
  };
  CHECK(refused({{5}}, {2, 3}));
  CHECK(refused({{any, 4}}, {2, 3}));
  CHECK(refused({{any, any}}, {2, 3}));
  CHECK(refused({{Reshape::axis(0), 4}}, {any, 3}));
  CHECK(refused({{Reshape::axis(0), Reshape::axis(0)}}, {2, 3}));
}

TEST_CASE("stop_gradient gives what it takes, and has no gradient") {
  const Tensor x = random_floats({3, 4}, 1);
  check_op(ops::StopGradient{}, {x});
  CHECK((*run_op(ops::StopGradient{}, {x}))[0] == x);
  CHECK_FALSE(Op(ops::StopGradient{}).differentiable());
}

TEST_CASE("expand_dims, squeeze, flatten keep unknown sizes") {
  const Value x = ops::input("x", {DType::float32, {any, any, 4}});
  CHECK(ops::expand_dims(x, 1).shape() == Shape{any, 1, any, 4});
  CHECK(ops::expand_dims(x, -1).shape() == Shape{any, any, 4, 1});
  CHECK(ops::squeeze(ops::expand_dims(x, 0), 0).shape() == x.shape());
  CHECK(ops::flatten(x).shape() == Shape{any, any});
  CHECK(ops::flatten(ops::input("v", {DType::float32, {any}})).shape() == Shape{any, 1});
  CHECK(error_of([&] { ops::squeeze(x, 2); }).is(ErrorCode::shape_mismatch, "squeeze"));
  CHECK(error_of([&] { ops::expand_dims(x, 5); }).is(ErrorCode::out_of_range, "expand_dims"));
}

TEST_CASE("transpose") {
  check_op(ops::Transpose{{1, 0}}, {random_floats({3, 4}, 1)});
  check_op(ops::Transpose{{1, 0}}, {random_floats({300, 257}, 1)}, {.gradients = false});
  check_op(ops::Transpose{{2, 0, 1}}, {random_floats({2, 3, 4}, 1)});
  check_op(ops::Transpose{{0, 2, 1, -1}}, {random_floats({2, 3, 4, 5}, 1)});
  check_op(ops::Transpose{{1, 0}}, {random_ints({0, 4}, 1, 9)});
  check_op(ops::Transpose{{1, 0}}, {random_ints({3, 4}, 1, 2, DType::boolean)});
  check_op(ops::Transpose{{}}, {random_floats({}, 1)});
  CHECK(shape_of(ops::Transpose{{1, 0}}, {any, 3}) == Shape{3, any});
  CHECK(error_of([] { shape_of(ops::Transpose{{0, 0}}, {2, 3}); }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([] { shape_of(ops::Transpose{{0, 2}}, {2, 3}); }).is(ErrorCode::out_of_range));
}

TEST_CASE("broadcast_to") {
  check_op(ops::BroadcastTo{{2, 3}}, {random_floats({3}, 1)});
  check_op(ops::BroadcastTo{{2, 3, 4}}, {random_floats({3, 1}, 1)});
  check_op(ops::BroadcastTo{{400, 100}}, {random_floats({100}, 1)});
  check_op(ops::BroadcastTo{{400, 100}}, {random_floats({400, 1}, 1)});
  check_op(ops::BroadcastTo{{400, 100}}, {random_floats({}, 1)});
  check_op(ops::BroadcastTo{{0, 3}}, {random_floats({1, 3}, 1)});
  CHECK(shape_of(ops::BroadcastTo{{any, 5, 3}}, {any, 1, 3}) == Shape{any, 5, 3});
  CHECK(error_of([] { shape_of(ops::BroadcastTo{{2, 3}}, {2}); }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("concatenate") {
  check_op(ops::Concatenate{0}, {random_floats({2, 3}, 1), random_floats({1, 3}, 2)});
  check_op(ops::Concatenate{-1},
           {random_floats({2, 3}, 1), random_floats({2, 0}, 2), random_floats({2, 5}, 3)});
  check_op(ops::Concatenate{1}, {random_floats({2, 3, 2}, 1), random_floats({2, 1, 2}, 2)});
  check_op(ops::Concatenate{}, {random_ints({4}, 1, 9, DType::int64)});
  const Types types{{DType::float32, {any, 3}}, {DType::float32, {4, any}}};
  CHECK(ops::Concatenate{1}.infer(types)[0].shape == Shape{4, any});
  CHECK(ops::Concatenate{0}.infer(types)[0].shape == Shape{any, 3});
  const Types wrong{{DType::float32, {2, 3}}, {DType::float32, {2, 4}}};
  CHECK(error_of([&] { ops::Concatenate{0}.infer(wrong); }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("concatenate, slice and pad of sizes for several threads") {
  const CheckOptions options{.gradients = false};
  const Tensor x = random_floats({2, 90, 601, 3}, 1), y = random_floats({2, 90, 601, 2}, 2);
  check_op(ops::Concatenate{-1}, {x, y, x}, options);
  check_op(ops::Concatenate{0}, {x, x}, options);
  for (const Index axis : {0, 1, 2, 3}) {
    INFO("axis " << axis);
    check_op(ops::Pad{axis, 3, 1}, {x}, options);
    check_op(ops::Pad{axis, 0, 2}, {x}, options);
    check_op(ops::Slice{axis, 1}, {x}, options);
    check_op(ops::Slice{axis, -2, 1}, {x}, options);
  }
}

TEST_CASE("slice and pad") {
  check_op(ops::Slice{1, 1, 2}, {random_floats({3, 4}, 1)});
  check_op(ops::Slice{0, -2}, {random_floats({3, 4}, 1)});
  check_op(ops::Slice{-1, 2, 0}, {random_floats({3, 4}, 1)});
  check_op(ops::Slice{1, 0, 2}, {random_ints({2, 3, 2}, 1, 2, DType::boolean)});
  check_op(ops::Pad{1, 1, 2}, {random_floats({3, 4}, 1)});
  check_op(ops::Pad{0, 0, 3}, {random_floats({0, 4}, 1)});
  check_op(ops::Pad{0, 2, 0}, {random_floats({2, 3, 2}, 1)});
  CHECK(shape_of(ops::Slice{0, 1, 3}, {any, 2}) == Shape{3, 2});
  CHECK(shape_of(ops::Slice{0, 1}, {any, 2}) == Shape{any, 2});
  CHECK(shape_of(ops::Slice{0, -1}, {any, 2}) == Shape{1, 2});
  CHECK(shape_of(ops::Pad{0, 1, 1}, {any, 2}) == Shape{any, 2});
  CHECK(error_of([] { shape_of(ops::Slice{0, 1, 3}, {3, 2}); }).is(ErrorCode::out_of_range));
  constexpr Index kMost = std::numeric_limits<Index>::max();
  for (const ops::Slice& op :
       {ops::Slice{0, kMost, 1}, ops::Slice{0, 1, kMost}, ops::Slice{0, kMost},
        ops::Slice{0, -kMost - 1, 1}, ops::Slice{0, 0, -kMost}}) {
    CHECK(error_of([&] { shape_of(op, {3, 2}); }).is(ErrorCode::out_of_range, "slice"));
  }
  CHECK(error_of([] { shape_of(ops::Slice{0, 0, -2}, {any, 2}); }).is(ErrorCode::out_of_range));
  CHECK(error_of([] { shape_of(ops::Slice{0, -1, 2}, {any, 2}); }).is(ErrorCode::out_of_range));
  CHECK(error_of([] { shape_of(ops::Pad{0, -1, 3}, {3, 2}); }).is(ErrorCode::invalid_argument));
}

}  // namespace linnet::test
