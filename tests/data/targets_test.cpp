#include <linnet/data/targets.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("Class numbers become one-hot rows", "[data]") {
  const Tensor expected = Tensor::of<float>({3, 3}, {1, 0, 0, 0, 0, 1, 0, 1, 0});
  CHECK(to_categorical(Tensor::of<std::int32_t>({3}, {0, 2, 1})) == expected);
  CHECK(to_categorical(Tensor::of<std::int64_t>({3, 1}, {0, 2, 1}), 3) == expected);
  CHECK(to_categorical(Tensor::of<float>({3}, {0, 2, 1}), 3) == expected);
  CHECK(to_categorical(Tensor::of<std::uint8_t>({1, 2}, {0, 1}), 4).shape() == Shape{1, 2, 4});
}

TEST_CASE("Labels that are no class are errors that name row and number", "[data]") {
  CHECK_THROWS_WITH(to_categorical(Tensor::of<std::int32_t>({3}, {0, 1, 3}), 3),
                    ContainsSubstring("row 2: expected a class in [0, 3), got 3"));
  CHECK_THROWS_WITH(to_categorical(Tensor::of<std::int32_t>({2, 2}, {0, 1, 1, -1}), 3),
                    ContainsSubstring("row 1: expected a class in [0, 3), got -1"));
  CHECK_THROWS_WITH(to_categorical(Tensor::of<float>({2}, {0, 0.5f})),
                    ContainsSubstring("row 1: expected a class number, got 0.5"));
  CHECK_THROWS_WITH(to_categorical(Tensor::strings({"a"})), ContainsSubstring("got strings"));
  CHECK_THROWS_WITH(to_categorical(Tensor(DType::int32, {0})), ContainsSubstring("no labels"));
}

TEST_CASE("Class weights become sample weights", "[data]") {
  const std::map<Index, float> weights{{0, 0.5f}, {2, 3.0f}};
  const Tensor expected = Tensor::of<float>({3}, {3, 1, 0.5f});
  CHECK(class_sample_weights(Tensor::of<std::int32_t>({3}, {2, 1, 0}), weights) == expected);
  CHECK(class_sample_weights(Tensor::of<float>({3, 1}, {2, 1, 0}), weights) == expected);
  CHECK(class_sample_weights(Tensor::of<float>({3, 3}, {0, 0, 1, 0, 1, 0, 1, 0, 0}), weights) ==
        expected);
  CHECK_THROWS_WITH(class_sample_weights(Tensor(DType::float32, {1, 2, 3}), weights),
                    ContainsSubstring("got (1, 2, 3)"));
  CHECK_THROWS_WITH(class_sample_weights(Tensor(DType::int32, {1}), {{4, -1.0f}}),
                    ContainsSubstring("class 4: expected a weight of 0 or more, got -1"));
}
