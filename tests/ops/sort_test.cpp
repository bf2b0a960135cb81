#include <cmath>
#include <linnet/ops/sort.hpp>

#include "catch.hpp"
#include "ops/check_op.hpp"

using namespace linnet;
using namespace linnet::test;

TEST_CASE("argsort keeps the order of equal elements and puts NaN where the largest are") {
  const auto places = [](const Tensor& x, bool descending) {
    return (*run_op(ops::ArgSort{descending}, {x}))[0];
  };
  check_op(ops::ArgSort{}, {random_floats({3, 2, 40}, 1)});
  check_op(ops::ArgSort{true}, {random_floats({0, 3}, 1)});
  const Tensor x = Tensor::of<float>({2, 4}, {2, 1, 2, 1, NAN, 3, INFINITY, -3});
  CHECK(places(x, false) == Tensor::of<std::int32_t>({2, 4}, {1, 3, 0, 2, 3, 1, 2, 0}));
  CHECK(places(x, true) == Tensor::of<std::int32_t>({2, 4}, {0, 2, 1, 3, 0, 2, 1, 3}));
  const Tensor whole = Tensor::of<std::int32_t>({3}, {16777217, 16777216, -5});
  CHECK(places(whole, false) == Tensor::of<std::int32_t>({3}, {2, 1, 0}));
}
