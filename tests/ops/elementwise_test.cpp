#include <limits>
#include <linnet/ops/elementwise.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"
#include "ops/remainder.hpp"

namespace linnet::test {

using ops::Binary;
using ops::BinaryKind;
using ops::CompareKind;
using ops::UnaryKind;

TEST_CASE("unary ops and their gradients") {
  for (int kind = 0; kind <= static_cast<int>(UnaryKind::cos); ++kind) {
    INFO("kind " << kind);
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{7}, Shape{3, 5, 2}, Shape{40000}}) {
      check_op(ops::Unary{static_cast<UnaryKind>(kind)}, {random_floats(shape, 1, 0.2f, 0.45f)});
      check_op(ops::Unary{static_cast<UnaryKind>(kind)}, {random_floats(shape, 2, -30, 30)},
               {.gradients = false});
    }
  }
}

TEST_CASE("binary ops broadcast, with gradients") {
  const std::pair<Shape, Shape> shapes[] = {
      {{5}, {5}},        {{3, 4}, {4}},         {{3, 4}, {}},           {{}, {2, 3}},
      {{3, 1}, {1, 4}},  {{2, 3, 4}, {3, 1}},   {{1}, {3, 2}},          {{0, 3}, {3}},
      {{5, 1}, {5, 7}},  {{1, 1}, {1}},         {{2, 1, 3}, {2, 5, 1}}, {{17, 33}, {17, 33}},
      {{17, 33}, {33}},  {{33}, {17, 33}},      {{300, 200}, {200}},    {{300, 200}, {300, 200}},
      {{300, 200}, {1}}, {{300, 200}, {300, 1}}};
  for (int kind = 0; kind <= static_cast<int>(BinaryKind::power); ++kind) {
    INFO("kind " << kind);
    for (const auto& [a, b] : shapes) {
      check_op(Binary{static_cast<BinaryKind>(kind)},
               {random_floats(a, 1, 0.5f, 0.9f), random_floats(b, 2, 1.0f, 1.5f)},
               {.gradients = a.elements() < 2000 || b.elements() < 2000});
    }
  }
}

TEST_CASE("remainder: away from its steps, with gradients") {
  const Tensor a = Tensor::of<float>({2, 3}, {7.3f, -7.3f, 0.4f, 3.1f, -9.9f, 20.2f});
  check_op(ops::Remainder{}, {a, Tensor::of<float>({3}, {2, -3, 1.3f})});
  check_op(ops::Remainder{}, {a, Tensor::full({}, 4.0f)});
}

TEST_CASE("binary ops of integers") {
  for (const DType dtype : {DType::int32, DType::int64, DType::uint8, DType::float64}) {
    for (int kind = 0; kind < static_cast<int>(BinaryKind::power); ++kind) {
      check_op(Binary{static_cast<BinaryKind>(kind)},
               {random_ints({4, 3}, 1, 9, dtype), random_ints({3}, 2, 9, dtype)},
               {.gradients = false});
    }
  }
  const auto y = *run_op(Binary{BinaryKind::divide}, {Tensor::of<std::int32_t>({2}, {7, 7}),
                                                      Tensor::of<std::int32_t>({2}, {2, 0})});
  CHECK(y[0] == Tensor::of<std::int32_t>({2}, {3, 0}));
}

TEST_CASE("maximum and minimum: equal inputs send the gradient to the first; NaN passes") {
  const Value a = ops::input("a", {DType::float32, {2}}),
              b = ops::input("b", {DType::float32, {2}});
  const Value y = ops::maximum(a, b);
  const auto gradients = y.node().op.grad({Values{a, b}, Values{y}, Values{a}});
  const std::map<std::string, Tensor> given{{"a", Tensor::of<float>({2}, {1, 2})},
                                            {"b", Tensor::of<float>({2}, {1, 3})}};
  CHECK(run_graph(gradients[0].dense, given) == Tensor::of<float>({2}, {1, 0}));
  CHECK(run_graph(gradients[1].dense, given) == Tensor::of<float>({2}, {0, 2}));
}

TEST_CASE("maximum and minimum of NaN are NaN on either side") {
  const Tensor a = Tensor::of<float>({3}, {NAN, 1, 2}), b = Tensor::of<float>({3}, {3, NAN, 1});
  for (const BinaryKind kind : {BinaryKind::maximum, BinaryKind::minimum}) {
    check_op(Binary{kind}, {a, b}, {.gradients = false});
    const Tensor y = (*run_op(Binary{kind}, {a, b}))[0];
    CHECK(std::isnan(y.data<float>()[0]));
    CHECK(std::isnan(y.data<float>()[1]));
    CHECK(y.data<float>()[2] == (kind == BinaryKind::maximum ? 2 : 1));
  }
}

TEST_CASE("compare") {
  const Tensor a = random_ints({4, 5}, 1, 4), b = random_ints({5}, 2, 4);
  for (int kind = 0; kind < static_cast<int>(CompareKind::logical_and); ++kind) {
    const ops::Compare op{static_cast<CompareKind>(kind)};
    check_op(op, {a, b});
    check_op(op, {a.cast(DType::float32), b.cast(DType::float32)});
    check_op(op, {random_ints({300, 200}, 3, 4).cast(DType::float32), Tensor::full({}, 2.0f)});
  }
  const Tensor t = Tensor::of<bool>({4}, {false, false, true, true});
  const Tensor u = Tensor::of<bool>({4}, {false, true, false, true});
  CHECK((*run_op(ops::Compare{CompareKind::logical_and}, {t, u}))[0] ==
        Tensor::of<bool>({4}, {false, false, false, true}));
  CHECK((*run_op(ops::Compare{CompareKind::logical_or}, {t, u}))[0] ==
        Tensor::of<bool>({4}, {false, true, true, true}));
  CHECK(run_graph(ops::logical_not(ops::constant(t))) ==
        Tensor::of<bool>({4}, {true, true, false, false}));
}

TEST_CASE("compare of every dtype, broadcast on either side; NaN is not equal to itself") {
  const std::pair<Shape, Shape> shapes[] = {
      {{}, {7}}, {{3, 1}, {1, 4}}, {{300, 200}, {200}}, {{1}, {300, 200}}, {{0, 3}, {3}}};
  for (const DType dtype :
       {DType::float32, DType::float64, DType::int32, DType::int64, DType::uint8, DType::boolean}) {
    const int last = static_cast<int>(dtype == DType::boolean ? CompareKind::logical_or
                                                              : CompareKind::less_equal);
    for (int kind = 0; kind <= last; ++kind) {
      for (const auto& [a, b] : shapes) {
        check_op(ops::Compare{static_cast<CompareKind>(kind)},
                 {random_ints(a, 1, 3, dtype), random_ints(b, 2, 3, dtype)});
      }
    }
  }
  const Tensor nan = Tensor::full({20}, NAN);
  CHECK((*run_op(ops::Compare{CompareKind::equal}, {nan, nan}))[0] == Tensor(DType::boolean, {20}));
}

TEST_CASE("power: a number for all elements, and what has no logarithm") {
  for (const float exponent : {2.0f, 3.0f, 0.5f, -1.0f, 0.0f}) {
    check_op(Binary{BinaryKind::power}, {random_floats({300, 200}, 1), Tensor::full({}, exponent)},
             {.gradients = false});
  }
  check_op(Binary{BinaryKind::power},
           {random_floats({50}, 1, -2, 2), random_floats({50}, 2, -2, 2)}, {.gradients = false});
}

TEST_CASE("cast between all numbers") {
  const DType all[] = {DType::float32, DType::float64, DType::int32,
                       DType::int64,   DType::uint8,   DType::boolean};
  for (const DType from : all) {
    for (const DType to : all) {
      check_op(ops::Cast{to}, {random_ints({201, 200}, 1, 3, from)}, {.gradients = false});
    }
  }
}

TEST_CASE("select: any of the three may be broadcast; what is not chosen may be NaN") {
  const Shape full{300, 200};
  for (const Shape& condition : {full, Shape{300, 1}, Shape{200}, Shape{}}) {
    for (const auto& [a, b] : {std::pair<Shape, Shape>{full, full},
                               {full, {}},
                               {{}, full},
                               {{}, {}},
                               {{300, 1}, {200}}}) {
      if (condition.rank() < 2 && a.rank() + b.rank() == 0) continue;
      check_op(
          ops::Select{},
          {random_ints(condition, 1, 2, DType::boolean), random_floats(a, 2), random_floats(b, 3)},
          {.gradients = false});
    }
  }
  const Tensor choose = random_ints({100}, 1, 2, DType::boolean);
  const Tensor y =
      (*run_op(ops::Select{}, {choose, Tensor::full({100}, 1.0f), Tensor::full({}, NAN)}))[0];
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(std::isnan(y.data<float>()[i]) != choose.data<bool>()[i]);
  }
}

TEST_CASE("integers are chosen, divided and raised exactly, and wrap") {
  constexpr auto kLeast = std::numeric_limits<std::int32_t>::min();
  const auto a = Tensor::of<std::int32_t>({4}, {16777217, -7, kLeast, 3});
  const auto b = Tensor::of<std::int32_t>({4}, {2, 2, -1, 0});
  const auto of = [&](BinaryKind kind) { return (*run_op(Binary{kind}, {a, b}))[0]; };
  CHECK(of(BinaryKind::divide) == Tensor::of<std::int32_t>({4}, {8388608, -3, kLeast, 0}));
  CHECK(of(BinaryKind::power) == Tensor::of<std::int32_t>({4}, {33554433, 49, 0, 1}));
  CHECK(of(BinaryKind::subtract) == Tensor::of<std::int32_t>({4}, {16777215, -9, kLeast + 1, 3}));
  for (const DType dtype : {DType::int32, DType::int64, DType::uint8, DType::boolean}) {
    const Tensor choose = random_ints({30, 1}, 1, 2, DType::boolean);
    const Tensor yes = random_ints({30, 20}, 2, 2000000000, dtype);
    const Tensor no = random_ints({20}, 3, 2000000000, dtype);
    check_op(ops::Select{}, {choose, yes, no}, {.gradients = false});
  }
  CHECK((*run_op(ops::Select{}, {Tensor::full({4}, true), a, b}))[0] == a);
}

TEST_CASE("affine, cast, select") {
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{3, 5}, Shape{50000}}) {
    check_op(ops::Affine{-2.5f, 3}, {random_floats(shape, 1)});
    check_op(ops::Cast{DType::int32}, {random_floats(shape, 1, -50, 50)});
    check_op(ops::Cast{DType::float32}, {random_ints(shape, 1, 2, DType::boolean)});
    check_op(ops::Cast{DType::float32}, {random_ints(shape, 1, 100, DType::int64)});
  }
  check_op(ops::Select{}, {random_ints({3, 4}, 1, 2, DType::boolean), random_floats({3, 4}, 2),
                           random_floats({4}, 3)});
  check_op(ops::Select{}, {random_ints({3, 1}, 1, 2, DType::boolean), random_floats({}, 2),
                           random_floats({4}, 3)});
  check_op(ops::Select{},
           {random_ints({300, 200}, 1, 2, DType::boolean), random_floats({300, 200}, 2),
            random_floats({}, 3)},
           {.gradients = false});
}

TEST_CASE("broadcast of shapes") {
  CHECK(ops::broadcast({any, 3}, {3}, "t") == Shape{any, 3});
  CHECK(ops::broadcast({any, 3}, {4, 1}, "t") == Shape{4, 3});
  CHECK(ops::broadcast({1, 3}, {any, 1}, "t") == Shape{any, 3});
  CHECK(ops::broadcast({}, {any, 2}, "t") == Shape{any, 2});
  CHECK(error_of([] {
          ops::broadcast({2, 3}, {2}, "add");
        }).is(ErrorCode::shape_mismatch, "add: shapes (2, 3) and (2,)"));
}

TEST_CASE("elementwise ops refuse other types") {
  const Value f = ops::input("f", {DType::float32, {2}}), i = ops::input("i", {DType::int32, {2}});
  CHECK(error_of([&] { ops::add(f, i); }).is(ErrorCode::dtype_mismatch, "add"));
  CHECK(error_of([&] { ops::unary(UnaryKind::exp, i); }).is(ErrorCode::dtype_mismatch, "unary"));
  CHECK(error_of([&] { ops::select(f, f, f); }).is(ErrorCode::dtype_mismatch, "expected bool"));
  CHECK(error_of([&] {
          ops::compare(CompareKind::logical_and, f, f);
        }).is(ErrorCode::dtype_mismatch, "logical_and"));
  CHECK(error_of([&] { ops::cast(f, DType::string); }).is(ErrorCode::dtype_mismatch, "cast"));
}

}  // namespace linnet::test
