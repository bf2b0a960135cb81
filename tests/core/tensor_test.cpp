#include <cmath>
#include <limits>
#include <linnet/core/tensor.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

TEST_CASE("A new tensor is zero and aligned to 64 bytes", "[core]") {
  const Tensor t(DType::float32, {3, 5});
  CHECK(t.size() == 15);
  CHECK(t.bytes() == 60);
  CHECK(reinterpret_cast<std::uintptr_t>(t.raw()) % 64 == 0);
  for (const float x : t.data<float>()) CHECK(x == 0.0f);
  const Tensor s(DType::string, {2});
  for (const std::string& x : s.data<std::string>()) CHECK(x.empty());
  CHECK(Tensor().empty());
  CHECK(Tensor().shape() == Shape{0});
  CHECK(Tensor(DType::int32, {}).size() == 1);
}

TEST_CASE("A tensor is made of values, and their number is checked", "[core]") {
  const auto t = Tensor::of<std::int32_t>({2, 2}, {1, 2, 3, 4});
  CHECK(t.data<std::int32_t>()[3] == 4);
  CHECK(t == Tensor::of({2, 2}, std::vector<std::int32_t>{1, 2, 3, 4}));
  CHECK(Tensor::full({3}, 2.0f) == Tensor::of<float>({3}, {2, 2, 2}));
  CHECK(Tensor::strings({"a", "b"}).shape() == Shape{2});
  CHECK(error_of([] {
          return Tensor::of<float>({3}, {1, 2});
        }).is(ErrorCode::shape_mismatch, "needs 3 values, got 2"));
}

TEST_CASE("Data of another type is refused", "[core]") {
  const Tensor t(DType::float32, {1});
  CHECK(error_of([&] {
          return t.data<double>().size();
        }).is(ErrorCode::dtype_mismatch, "expected float64, got float32"));
}

TEST_CASE("Shapes that are unknown or too large are refused", "[core]") {
  CHECK(error_of([] { return Tensor(DType::float32, {any, 2}); }).code.has_value());
  CHECK(error_of([] { return Tensor(DType::float64, {Index{1} << 62}); }).code.has_value());
}

TEST_CASE("Copies share their data and clones do not", "[core]") {
  auto a = Tensor::of<float>({2}, {1, 2});
  Tensor copy = a;
  const Tensor clone = a.clone();
  copy.data<float>()[0] = 9;
  CHECK(a.data<float>()[0] == 9);
  CHECK(clone.data<float>()[0] == 1);
}

TEST_CASE("Rows and other shapes are views of the same data", "[core]") {
  auto a = Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6});
  Tensor middle = a.rows(1, 2);
  CHECK(middle == Tensor::of<float>({1, 2}, {3, 4}));
  middle.data<float>()[0] = 9;
  CHECK(a.data<float>()[2] == 9);
  CHECK(a.rows(3, 3).empty());
  CHECK(a.reshaped({6}).raw() == a.raw());
  CHECK(error_of([&] { return a.rows(2, 4); }).is(ErrorCode::out_of_range));
  CHECK(error_of([&] { return a.rows(2, 1); }).is(ErrorCode::out_of_range));
  CHECK(
      error_of([&] { return Tensor(DType::float32, {}).rows(0, 0); }).is(ErrorCode::out_of_range));
  CHECK(error_of([&] { return a.reshaped({5}); }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("Borrowed memory is seen, not copied, and its owner is kept", "[core]") {
  auto values = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3, 4});
  const std::weak_ptr<std::vector<float>> watch = values;
  {
    float* data = values->data();
    const Tensor t = Tensor::borrow(data, {2, 2}, std::move(values));
    CHECK(t.raw() == data);
    const Tensor row = t.rows(1, 2);
    CHECK_FALSE(watch.expired());
    CHECK(row == Tensor::of<float>({1, 2}, {3, 4}));
  }
  CHECK(watch.expired());
  CHECK(error_of([] {
          return Tensor::borrow(static_cast<float*>(nullptr), {2});
        }).is(ErrorCode::invalid_argument));
}

TEST_CASE("A cast converts as static_cast does", "[core]") {
  const auto t = Tensor::of<float>({4}, {-1.5f, 0.0f, 2.75f, 100.0f});
  CHECK(t.cast(DType::int32) == Tensor::of<std::int32_t>({4}, {-1, 0, 2, 100}));
  CHECK(t.cast(DType::boolean) == Tensor::of<bool>({4}, {true, false, true, true}));
  CHECK(t.cast(DType::float64).cast(DType::float32) == t);
  CHECK(t.cast(DType::float32).raw() != t.raw());
  CHECK(error_of([&] { return t.cast(DType::string); }).is(ErrorCode::dtype_mismatch));
  CHECK(error_of([&] {
          return Tensor::strings({"1"}).cast(DType::int32);
        }).is(ErrorCode::dtype_mismatch));
}

TEST_CASE("Assignment copies elements between equals in shape and type", "[core]") {
  auto a = Tensor(DType::string, {2});
  a.assign(Tensor::strings({"x", "y"}));
  CHECK(a == Tensor::strings({"x", "y"}));
  auto b = Tensor(DType::float32, {2});
  b.assign(Tensor::of<float>({2}, {1, 2}));
  CHECK(b == Tensor::of<float>({2}, {1, 2}));
  CHECK(error_of([&] {
          b.assign(Tensor(DType::float32, {3}));
          return 0;
        }).is(ErrorCode::shape_mismatch, "(2,), got float32 (3,)"));
  CHECK(error_of([&] {
          b.assign(Tensor(DType::float64, {2}));
          return 0;
        }).code.has_value());
}

TEST_CASE("Tensors differ by type, shape and any element; NaN equals nothing", "[core]") {
  const auto a = Tensor::of<float>({2}, {1, 2});
  CHECK_FALSE(a == Tensor::of<double>({2}, {1, 2}));
  CHECK_FALSE(a == Tensor::of<float>({2, 1}, {1, 2}));
  CHECK_FALSE(a == Tensor::of<float>({2}, {1, 3}));
  const auto nan = Tensor::full({1}, std::numeric_limits<float>::quiet_NaN());
  CHECK_FALSE(nan == nan);
}

TEST_CASE("Ragged splits must rise from 0 to the number of values", "[core]") {
  const auto check = [](std::vector<std::int64_t> splits) {
    const Ragged ragged{Tensor(DType::int32, {4}),
                        Tensor::of({static_cast<Index>(splits.size())}, splits)};
    return error_of([&] {
      ragged.check();
      return 0;
    });
  };
  CHECK_FALSE(check({0, 1, 1, 4}).code.has_value());
  CHECK_FALSE(check({0, 4}).code.has_value());
  CHECK(check({}).is(ErrorCode::invalid_argument));
  CHECK(check({1, 4}).is(ErrorCode::invalid_argument));
  CHECK(check({0, 3}).is(ErrorCode::invalid_argument));
  CHECK(check({0, 3, 2, 4}).is(ErrorCode::invalid_argument));
  CHECK(Ragged{Tensor(DType::int32, {4}), Tensor::of<std::int64_t>({3}, {0, 1, 4})}.rows() == 2);
}
