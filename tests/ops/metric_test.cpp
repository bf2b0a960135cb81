#include <linnet/ops/metric.hpp>

#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Tensor first_of(const Op& op, const Tensors& inputs) { return (*run_op(op, inputs))[0]; }

}  // namespace

TEST_CASE("argmax_match and in_top_k take classes of either integer, or scores") {
  const Tensor scores = Tensor::of<float>({4, 3}, {0.1f, 0.7f, 0.2f,  //
                                                   0.5f, 0.5f, 0.1f,  // the first of equal ones
                                                   0.2f, 0.3f, 0.9f,  //
                                                   0.6f, 0.3f, 0.1f});
  const Tensor labels = Tensor::of<std::int32_t>({4}, {1, 1, 0, 7});  // 7: no class
  const Tensor one_hot = Tensor::of<float>({4, 3}, {0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1});
  for (const Tensor& given : {labels, labels.cast(DType::int64), labels.reshaped({4, 1})}) {
    check_op(ops::ArgMaxMatch{}, {given, scores});
    check_op(ops::InTopK{2}, {given, scores});
    CHECK(first_of(ops::ArgMaxMatch{}, {given, scores}) == Tensor::of<float>({4}, {1, 0, 0, 0}));
    CHECK(first_of(ops::InTopK{1}, {given, scores}) == Tensor::of<float>({4}, {1, 1, 0, 0}));
    CHECK(first_of(ops::InTopK{2}, {given, scores}) == Tensor::of<float>({4}, {1, 1, 0, 0}));
    CHECK(first_of(ops::InTopK{3}, {given, scores}) == Tensor::of<float>({4}, {1, 1, 1, 0}));
  }
  CHECK(first_of(ops::ArgMaxMatch{}, {one_hot, scores}) == Tensor::of<float>({4}, {1, 0, 0, 0}));
  CHECK(first_of(ops::InTopK{2}, {one_hot, scores}) == Tensor::of<float>({4}, {1, 1, 0, 0}));
  const Tensor steps = random_floats({2, 5, 3}, 1);
  check_op(ops::ArgMaxMatch{}, {random_ints({2, 5}, 2, 3), steps});
  check_op(ops::InTopK{2}, {random_floats({2, 5, 3}, 3), steps});
}

TEST_CASE("threshold_match is the share of a row that is right") {
  const Tensor truth = Tensor::of<float>({2, 4}, {1, 0, 1, 0, 1, 1, 0, 0.5f});
  const Tensor scores = Tensor::of<float>({2, 4}, {0.9f, 0.5f, 0.4f, 0.6f, 0.7f, 0.8f, 0.1f, 0.9f});
  check_op(ops::ThresholdMatch{}, {truth, scores});
  CHECK(first_of(ops::ThresholdMatch{}, {truth, scores}) == Tensor::of<float>({2}, {0.5f, 0.75f}));
  CHECK(first_of(ops::ThresholdMatch{0.3f}, {truth, scores}) ==
        Tensor::of<float>({2}, {0.5f, 0.75f}));
  const Tensor column = random_floats({5, 1}, 1, 0, 1);
  check_op(ops::ThresholdMatch{0.3f}, {random_ints({5}, 2, 2).cast(DType::float32), column});
}

TEST_CASE("square_sums keep the digits of labels far from 0") {
  const CheckOptions plain{.gradients = false};
  const Tensor t = random_floats({300, 3}, 1), p = random_floats({300, 3}, 2);
  check_op(ops::SquareSums{}, {t, p, random_floats({300, 3}, 3, 0, 1)}, plain);
  const Tensor far = Tensor::of<float>({2, 1}, {4097, 4099}),
               near = Tensor::of<float>({2, 1}, {4098, 4096});
  const Tensor weight = Tensor::of<float>({2, 1}, {1, 0.5f});
  CHECK(
      first_of(ops::SquareSums{}, {far, near, weight}) ==
      Tensor::of<double>({4, 1}, {4097 + 2049.5, 4097.0 * 4097 + 0.5 * 4099 * 4099, 1 + 4.5, 1.5}));
}

}  // namespace linnet::test
