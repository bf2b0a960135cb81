#include <linnet/ops/random.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Tensor seed(std::int64_t value, std::int64_t step) {
  return Tensor::of<std::int64_t>({2}, {value, step});
}

Tensor drop(const ops::Dropout& op, const Shape& shape, const Tensor& s) {
  return (*run_op(op, {Tensor::full(shape, 1.0f), s}))[0];
}

double mean_of(const Tensor& t) {
  double sum = 0;
  for (const float x : t.data<float>()) sum += x;
  return sum / static_cast<double>(t.size());
}

}  // namespace

TEST_CASE("dropout kernels and gradients") {
  for (const float rate : {0.0f, 0.3f, 0.5f, 1.0f}) {
    check_op(ops::Dropout{rate, 7}, {random_floats({3, 5}, 1), seed(1, 2)});
    check_op(ops::Dropout{rate, 7}, {random_floats({}, 1), seed(1, 2)});
    check_op(ops::Dropout{rate, 7}, {random_floats({0, 3}, 1), seed(1, 2)});
    check_op(ops::Dropout{rate, 1ull << 63}, {random_floats({70003}, 1), seed(-1, 1ll << 40)},
             {.gradients = false});
    check_op(ops::Dropout{rate, 7, {any, 1, any}}, {random_floats({2, 3, 4}, 1), seed(1, 2)});
  }
}

TEST_CASE("dropout keeps the mean, and is another at each step, seed and key") {
  const Shape shape{100, 1000};
  const ops::Dropout op{0.25f, 3};
  const Tensor y = drop(op, shape, seed(1, 1));
  CHECK(std::abs(mean_of(y) - 1) < 0.01);
  CHECK(y == drop(op, shape, seed(1, 1)));
  CHECK_FALSE(y == drop(op, shape, seed(2, 1)));
  CHECK_FALSE(y == drop(op, shape, seed(1, 2)));
  CHECK_FALSE(y == drop({0.25f, 4}, shape, seed(1, 1)));
  CHECK(y.rows(0, 50) == drop(op, {50, 1000}, seed(1, 1)));
  CHECK(mean_of(drop({1.0f, 3}, shape, seed(1, 1))) == 0);
}

TEST_CASE("dropout with a noise shape drops whole rows of it") {
  const Tensor y = drop({0.5f, 3, {any, 1, any}}, {4, 3, 5}, seed(1, 1));
  const auto v = y.data<float>();
  for (std::size_t b = 0; b < 4; ++b) {
    for (std::size_t d = 0; d < 5; ++d) {
      CHECK(v[b * 15 + d] == v[b * 15 + 5 + d]);
      CHECK(v[b * 15 + d] == v[b * 15 + 10 + d]);
    }
  }
}

TEST_CASE("uniform and normal noise") {
  const Tensor like(DType::float32, {100, 1000});
  check_op(ops::RandomUniform{-1, 3, 5}, {like, seed(1, 1)});
  check_op(ops::RandomNormal{2, 0.5f, 5}, {like, seed(1, 1)});
  CHECK(std::abs(mean_of((*run_op(ops::RandomUniform{-1, 3, 5}, {like, seed(1, 1)}))[0]) - 1) <
        0.02);
  CHECK(std::abs(mean_of((*run_op(ops::RandomNormal{2, 0.5f, 5}, {like, seed(1, 1)}))[0]) - 2) <
        0.01);
}

TEST_CASE("random_beta has the mean and the variance of Beta(a, b)") {
  constexpr Index kCount = 40000;
  const std::pair<float, float> shapes[] = {{0.2f, 0.2f}, {1, 1}, {3, 3}, {0.5f, 2}, {5, 0.3f}};
  for (const auto& [a, b] : shapes) {
    INFO(a << ", " << b);
    const Tensor first = Tensor::full({kCount}, a), second = Tensor::full({kCount}, b);
    check_op(ops::RandomBeta{3}, {first.rows(0, 50), second.rows(0, 50), seed(1, 1)});
    const Tensor y = (*run_op(ops::RandomBeta{3}, {first, second, seed(1, 1)}))[0];
    CHECK(y == (*run_op(ops::RandomBeta{3}, {first, second, seed(1, 1)}))[0]);
    CHECK_FALSE(y == (*run_op(ops::RandomBeta{3}, {first, second, seed(1, 2)}))[0]);
    CHECK_FALSE(y == (*run_op(ops::RandomBeta{4}, {first, second, seed(1, 1)}))[0]);
    double square = 0;
    bool inside = true;
    for (const float v : y.data<float>()) {
      inside = inside && v >= 0 && v <= 1;
      square += double{v} * double{v};
    }
    CHECK(inside);
    const double sum = double{a} + double{b}, mean = double{a} / sum;
    const double variance = double{a} * double{b} / (sum * sum * (sum + 1));
    CHECK(std::abs(mean_of(y) - mean) < 0.01);
    CHECK(std::abs(square / kCount - mean_of(y) * mean_of(y) - variance) < 0.005);
  }
}

TEST_CASE("random_beta of shapes near 0 is 0 or 1, each as often") {
  const Tensor tiny = Tensor::full({10000}, 1e-6f);
  const Tensor y = (*run_op(ops::RandomBeta{3}, {tiny, tiny, seed(1, 1)}))[0];
  bool ends = true;
  for (const float v : y.data<float>()) ends = ends && (v < 1e-3f || v > 0.999f);
  CHECK(ends);
  CHECK(std::abs(mean_of(y) - 0.5) < 0.02);
}

TEST_CASE("shuffle_rows gives each row once, and inverse puts it back") {
  const Tensor x = random_floats({50, 3, 2}, 1);
  check_op(ops::ShuffleRows{5}, {random_floats({7, 3}, 1), seed(1, 2)});
  check_op(ops::ShuffleRows{5, true}, {random_floats({7}, 1), seed(1, 2)});
  check_op(ops::ShuffleRows{5}, {Tensor(DType::float32, {0, 3}), seed(1, 2)});
  const Tensor y = (*run_op(ops::ShuffleRows{5}, {x, seed(1, 2)}))[0];
  CHECK_FALSE(y == x);
  CHECK_FALSE(y == (*run_op(ops::ShuffleRows{5}, {x, seed(1, 3)}))[0]);
  CHECK((*run_op(ops::ShuffleRows{5, true}, {y, seed(1, 2)}))[0] == x);
  const Value number = ops::input("x", {DType::float32, {}});
  const Value s = ops::input("seed", {DType::int64, {2}});
  CHECK(error_of([&] { ops::shuffle_rows(number, s, 1); }).is(ErrorCode::shape_mismatch, "rows"));
}

TEST_CASE("shuffle_rows puts each row at each place as often") {
  constexpr int kRows = 5, kDraws = 5000;
  const Tensor x = Tensor::of<float>({kRows}, {0, 1, 2, 3, 4});
  int count[kRows][kRows] = {};
  for (int step = 0; step < kDraws; ++step) {
    const Tensor y = (*run_op(ops::ShuffleRows{5}, {x, seed(1, step)}))[0];
    for (std::size_t i = 0; i < kRows; ++i) ++count[i][static_cast<int>(y.data<float>()[i])];
  }
  for (const auto& place : count) {
    for (const int times : place) CHECK(std::abs(times - kDraws / kRows) < 150);
  }
}

TEST_CASE("random ops: errors and fields") {
  const Value x = ops::input("x", {DType::float32, {any, 4}});
  const Value s = ops::input("seed", {DType::int64, {2}});
  CHECK(ops::dropout(x, s, 0, 1) == x);
  CHECK(error_of([&] {
          ops::dropout(x, s, 1.5f, 1);
        }).is(ErrorCode::invalid_argument, "rate must be in [0, 1], got 1.5"));
  CHECK(error_of([&] { ops::dropout(x, s, 0.5f, 1, {3}); }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { ops::dropout(x, x, 0.5f, 1); }).is(ErrorCode::dtype_mismatch));
  const ops::Dropout op{0.5f, 0xfedcba9876543210ull, {any, 1}};
  CHECK(from_fields<ops::Dropout>(config_of(op), "op").key == op.key);
}

}  // namespace linnet::test
