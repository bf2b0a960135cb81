#include <cmath>
#include <linnet/ops/ctc.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("Labels of CTC are classes, with zeros at the end alone") {
  const ops::CheckCtcLabels op{.classes = 3};
  check_op(op, {Tensor::of<std::int32_t>({2, 3}, {1, 2, 0, 0, 0, 0})});
  for (const std::int32_t bad : {3, -1}) {
    CHECK(error_of([&] {
            run_op(op, {Tensor::of<std::int32_t>({2, 2}, {1, 2, 1, bad})});
          }).is(ErrorCode::out_of_range, "row 1"));
  }
  CHECK(error_of([&] {
          run_op(op, {Tensor::of<std::int32_t>({2, 2}, {1, 0, 0, 1})});
        }).is(ErrorCode::out_of_range, "stands behind a 0"));
}

TEST_CASE("The CTC op fits its numeric gradient, with lengths and impossible rows") {
  const Tensor logits = random_floats({4, 5, 3}, 1, -2, 2);
  const Tensor ids = Tensor::of<std::int32_t>({4, 3}, {1, 2, 0, 1, 1, 0, 0, 0, 0, 2, 2, 2});
  check_op(ops::Ctc{}, {ids, logits});
  const Tensor lengths = Tensor::of<std::int32_t>({4}, {5, 3, 2, 4});
  check_op(ops::Ctc{}, {ids, logits, lengths});
  const Tensor dy = random_floats({4}, 2);
  check_op(ops::CtcGrad{}, {ids, logits, dy});
  check_op(ops::CtcGrad{}, {ids, logits, dy, lengths});
  const auto losses = *run_op(ops::Ctc{}, {ids, logits, lengths});
  // Three equal labels need five steps.
  CHECK(losses[0].data<float>()[3] == 1e5f);
  // The blank at two steps.
  const auto log_blank = [&](std::size_t step) {
    const float* x = logits.data<float>().data() + (2 * 5 + step) * 3;
    return x[0] - std::log(std::exp(x[0]) + std::exp(x[1]) + std::exp(x[2]));
  };
  CHECK(std::abs(losses[0].data<float>()[2] + log_blank(0) + log_blank(1)) < 1e-5);
}

}  // namespace linnet::test
