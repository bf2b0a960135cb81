#include <linnet/ops/mask.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("sequence_mask") {
  const Tensor lengths = Tensor::of<std::int32_t>({3}, {0, 2, 5});
  check_op(ops::SequenceMask{4}, {lengths});
  check_op(ops::SequenceMask{}, {lengths, random_floats({3, 4, 2}, 1)});
  CHECK((*run_op(ops::SequenceMask{3}, {lengths}))[0] ==
        Tensor::of<bool>({3, 3}, {false, false, false, true, true, false, true, true, true}));
  const Value l = ops::input("l", {DType::int32, {any}});
  CHECK(ops::sequence_mask(l, 7).shape() == Shape{any, 7});
  CHECK(ops::sequence_mask(l, ops::input("x", {DType::float32, {any, any, 3}})).shape() ==
        Shape{any, any});
  CHECK(error_of([&] { ops::sequence_mask(l, l); }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("masked_mean; rows without data give 0") {
  const Tensor mask = Tensor::of<bool>({2, 3}, {true, false, true, false, false, false});
  check_op(ops::MaskedMean{}, {random_floats({2, 3, 4}, 1), mask});
  check_op(ops::MaskedMean{}, {random_floats({2, 3}, 1), mask});
  check_op(ops::MaskedMean{}, {random_floats({0, 3, 4}, 1), Tensor(DType::boolean, {0, 3})});
  check_op(ops::MaskedMean{},
           {random_floats({64, 50, 33}, 1), random_ints({64, 50}, 2, 2, DType::boolean)},
           {.gradients = false});
  Tensor holes = random_floats({9, 4, 100}, 1);  // what the mask drops may be NaN
  for (float& masked : holes.data<float>().subspan(100, 100)) masked = NAN;
  Tensor keep = Tensor::full<bool>({9, 4}, true);
  keep.data<bool>()[1] = false;
  check_op(ops::MaskedMean{}, {holes, keep}, {.gradients = false});
  CHECK_FALSE(std::isnan((*run_op(ops::MaskedMean{}, {holes, keep}))[0].data<float>()[0]));
  check_op(ops::MaskedMeanGrad{}, {random_floats({0, 3}, 1), Tensor(DType::boolean, {0, 5})});
  check_op(ops::MaskedMeanGrad{},
           {random_floats({64, 33}, 1), random_ints({64, 50}, 2, 2, DType::boolean)});
  CHECK((*run_op(ops::MaskedMean{}, {Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6}), mask}))[0] ==
        Tensor::of<float>({2}, {2, 0}));
  const Value x = ops::input("x", {DType::float32, {any, any, 3}});
  const Value m = ops::input("m", {DType::boolean, {any, 5}});
  CHECK(ops::masked_mean(x, m).shape() == Shape{any, 3});
  CHECK(error_of([&] { ops::masked_mean(x, x); }).is(ErrorCode::dtype_mismatch));
}

TEST_CASE("not_zero") {
  CHECK(run_graph(ops::not_zero(ops::constant(Tensor::of<std::int32_t>({3}, {0, 4, -1})))) ==
        Tensor::of<bool>({3}, {false, true, true}));
}

}  // namespace linnet::test
