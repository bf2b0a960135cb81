#include <linnet/core/shape.hpp>
#include <vector>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using test::error_of;

TEST_CASE("A shape knows its sizes from either end", "[core]") {
  const Shape s{2, 3, 5};
  CHECK(s.rank() == 3);
  CHECK(s[0] == 2);
  CHECK(s[-1] == 5);
  CHECK(s.elements() == 30);
  CHECK(s.elements(1, 3) == 15);
  CHECK(Shape{}.elements() == 1);
  CHECK(Shape{4, 0, 7}.elements() == 0);
  CHECK(std::vector<Index>(s.begin(), s.end()) == std::vector<Index>{2, 3, 5});
}

TEST_CASE("A shape is written as Keras writes it", "[core]") {
  CHECK(Shape{any, 200, 64}.str() == "(None, 200, 64)");
  CHECK(Shape{7}.str() == "(7,)");
  CHECK(Shape{}.str() == "()");
}

TEST_CASE("Axes are replaced, removed, added, cut out and joined", "[core]") {
  const Shape s{2, 3, 5};
  CHECK(s.with(-1, 7) == Shape{2, 3, 7});
  CHECK(s.without(1) == Shape{2, 5});
  CHECK(s.without(-1) == Shape{2, 3});
  CHECK(s.inserted(0, 9) == Shape{9, 2, 3, 5});
  CHECK(s.inserted(3, 9) == Shape{2, 3, 5, 9});
  CHECK(s.inserted(-1, 9) == Shape{2, 3, 5, 9});
  CHECK(s.slice(1, 3) == Shape{3, 5});
  CHECK(s.slice(1, 1) == Shape{});
  CHECK(s.joined({any}) == Shape{2, 3, 5, any});
}

TEST_CASE("Unknown sizes fit anything, known ones only themselves", "[core]") {
  CHECK(Shape{any, 3}.fits({2, 3}));
  CHECK(Shape{2, any}.fits({any, 3}));
  CHECK_FALSE(Shape{2, 3}.fits({2, 4}));
  CHECK_FALSE(Shape{2}.fits({2, 1}));
  CHECK(Shape{1, 2}.known());
  CHECK_FALSE(Shape{1, any}.known());
}

TEST_CASE("Shapes that make no sense are refused", "[core]") {
  CHECK(error_of([] { return Shape{-2}; }).is(ErrorCode::invalid_argument, "got -2"));
  CHECK(error_of([] { return Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}; }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] { return Shape{2, any}.elements(); }).is(ErrorCode::shape_mismatch, "None"));
  CHECK(error_of([] { return Shape{2}[1]; }).is(ErrorCode::out_of_range, "axis 1"));
  CHECK(error_of([] { return Shape{2}[-2]; }).is(ErrorCode::out_of_range));
  CHECK(error_of([] { return Shape{2, 3}.slice(1, 3); }).is(ErrorCode::out_of_range));
  CHECK(error_of([] { return Shape{2, 3}.slice(2, 1); }).is(ErrorCode::out_of_range));
  CHECK(error_of([] {
          return Shape{1, 1, 1, 1, 1}.joined({1, 1, 1, 1});
        }).is(ErrorCode::invalid_argument));
}

TEST_CASE("The number of elements never wraps around", "[core]") {
  const Index big = Index{1} << 31;
  CHECK(Shape{big, big}.elements() == Index{1} << 62);
  CHECK(error_of([&] { return Shape{big, big, 2}.elements(); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([&] {
          return Shape{big, big, big, big}.elements();
        }).is(ErrorCode::invalid_argument));
  CHECK(error_of([&] { return Shape{0, big, big, 2}.elements(); }).is(ErrorCode::invalid_argument));
}
