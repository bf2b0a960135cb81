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

// As in Keras: what a mask leaves out takes no part, where another input is kept.
TEST_CASE("What a mask leaves out is neither largest nor smallest", "[layers]") {
  const Tensor a = Tensor::of<float>({1, 4, 1}, {1, 5, 5, 5}),
               b = Tensor::of<float>({1, 4, 1}, {-5, -2, 7, -2});
  const Tensor left = Tensor::of<bool>({1, 4}, {true, false, true, false});
  const Tensor right = Tensor::of<bool>({1, 4}, {false, true, true, false});
  const LayerRun largest(Maximum{}, {a, b}, {left, right});
  const Tensor out_of_both = largest.output().rows(0, 1);
  CHECK(std::ranges::equal(out_of_both.data<float>().first(3), std::vector<float>{1, -2, 7}));
  CHECK(*largest.mask() == Tensor::of<bool>({1, 4}, {true, true, true, false}));
  const LayerRun smallest(Minimum{}, {a, b}, {left, right});
  CHECK(std::ranges::equal(smallest.output().data<float>().first(3), std::vector<float>{1, -2, 5}));
  const LayerRun one_mask(Maximum{}, {a, b}, {left});
  CHECK(one_mask.output() == Tensor::of<float>({1, 4, 1}, {1, -2, 7, -2}));
  CHECK_FALSE(one_mask.mask());
}

TEST_CASE("Of an input without a mask every position is kept behind another's", "[layers]") {
  const Tensor a = Tensor::full({2, 2, 3}, 1.0f), b = Tensor::full({2, 1, 3}, NAN);
  const Tensor mask = Tensor::of<bool>({2, 2}, {true, false, false, true});
  const LayerRun run(Concatenate{.axis = 1}, {a, b}, {mask});
  CHECK(*run.mask() == Tensor::of<bool>({2, 3}, {true, false, true, false, true, true}));
  CHECK_FALSE(LayerRun(Concatenate{.axis = 1}, {a, b}).mask());
}

TEST_CASE("Inputs of several dtypes become the widest", "[layers]") {
  const Tensor a = Tensor::of<std::int32_t>({1, 2}, {1, 2});
  const Tensor b = Tensor::of<float>({1, 2}, {0.5f, 4});
  CHECK(LayerRun(Concatenate{}, {a, b}).output() == Tensor::of<float>({1, 4}, {1, 2, 0.5f, 4}));
  CHECK(LayerRun(Add{}, {a, b}).output() == Tensor::of<float>({1, 2}, {1.5f, 6}));
  CHECK(LayerRun(Average{}, {a, a}).output() == Tensor::of<float>({1, 2}, {1, 2}));
  CHECK(LayerRun(Multiply{}, {a, a}).output() == Tensor::of<std::int32_t>({1, 2}, {1, 4}));
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
