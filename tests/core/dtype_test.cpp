#include <linnet/core/dtype.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;

TEST_CASE("Each dtype is found by its name", "[core]") {
  for (int i = 0; i <= static_cast<int>(DType::string); ++i) {
    const auto dtype = static_cast<DType>(i);
    CHECK(dtype_named(name_of(dtype)) == dtype);
  }
  CHECK(name_of(DType::boolean) == "bool");
  CHECK(name_of(DType::float32) == "float32");
}

TEST_CASE("An unknown dtype is refused with those that are known", "[core]") {
  const auto caught = test::error_of([] { return dtype_named("float16"); });
  CHECK(caught.is(ErrorCode::not_found, "float16"));
  CHECK(caught.is(ErrorCode::not_found, "float32, float64, int32"));
}

TEST_CASE("C++ types and dtypes have the same size", "[core]") {
  CHECK(size_of(dtype_of<float>) == sizeof(float));
  CHECK(size_of(dtype_of<double>) == sizeof(double));
  CHECK(size_of(dtype_of<std::int32_t>) == sizeof(std::int32_t));
  CHECK(size_of(dtype_of<std::int64_t>) == sizeof(std::int64_t));
  CHECK(size_of(dtype_of<std::uint8_t>) == sizeof(std::uint8_t));
  CHECK(size_of(dtype_of<bool>) == sizeof(bool));
  CHECK(size_of(dtype_of<std::string>) == sizeof(std::string));
}

TEST_CASE("Only float32 and float64 are floating", "[core]") {
  CHECK(is_floating(DType::float32));
  CHECK(is_floating(DType::float64));
  CHECK_FALSE(is_floating(DType::int32));
  CHECK_FALSE(is_floating(DType::boolean));
}
