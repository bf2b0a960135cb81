#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("What a mask leaves out counts as 1 in a product", "[layers]") {
  const Tensor a = Tensor::of<float>({1, 3, 1}, {2, 3, 4}),
               b = Tensor::of<float>({1, 3, 1}, {5, 6, 7});
  const Tensor left = Tensor::of<bool>({1, 3}, {true, false, false});
  const Tensor right = Tensor::of<bool>({1, 3}, {true, true, false});
  const LayerRun both(Multiply{}, {a, b}, {left, right});
  CHECK(both.output() == Tensor::of<float>({1, 3, 1}, {10, 6, 0}));
  CHECK(*both.mask() == right);
}

TEST_CASE("Merging layers refuse the wrong number of inputs and shapes", "[layers]") {
  const Value x = input({3}), y = input({4});
  CHECK(error_of([&] { call(Multiply{}, {x}); }).is(ErrorCode::invalid_argument, "at least two"));
  CHECK(error_of([&] {
          call(Subtract{}, {x, x, x});
        }).is(ErrorCode::invalid_argument, "Subtract: takes two inputs, got 3"));
  CHECK(error_of([&] { call(Average{}, {x, y}); }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("UpSampling refuses sizes that are not", "[layers]") {
  CHECK(error_of([] {
          input({4, 3}) | UpSampling1D{.size = 0};
        }).is(ErrorCode::invalid_argument, "size"));
  CHECK(error_of([] {
          input({4, 4, 3}) | UpSampling2D{.size = {1, 1 << 20}};
        }).is(ErrorCode::invalid_argument, "65536"));
  CHECK(error_of([] { input({4, 3}) | UpSampling2D{}; }).is(ErrorCode::shape_mismatch));
}

}  // namespace linnet::test
