// What losses ask of their labels; the losses themselves are compared in losses/.
#include <linnet/ops/loss.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("check_labels passes classes and what is ignored, and names others") {
  const ops::CheckLabels op{.classes = 3, .ignore_class = -1};
  for (const DType dtype : {DType::int32, DType::int64}) {
    check_op(op, {Tensor::of<std::int32_t>({2, 2}, {0, 2, -1, 1}).cast(dtype)});
    const Tensor bad = Tensor::of<std::int32_t>({2, 2}, {0, 2, 3, 1}).cast(dtype);
    const auto error = error_of([&] { run_op(op, {bad}); });
    CHECK(error.is(ErrorCode::out_of_range, "row 1"));
    CHECK(error.is(ErrorCode::out_of_range, "3"));
  }
}

TEST_CASE("check_finite and check_range name the number that is not as they want it") {
  const Tensor good = Tensor::of<float>({2, 2}, {0, 1, -1, 0.5f});
  check_op(ops::CheckFinite{"x"}, {good});
  check_op(ops::CheckRange{.what = "hinge", .low = -1, .high = 1}, {good});
  for (const float number : {NAN, INFINITY, -INFINITY}) {
    const Tensor bad = Tensor::of<float>({2, 2}, {0, 1, -1, number});
    CHECK(
        error_of([&] { run_op(ops::CheckFinite{"x"}, {bad}); }).is(ErrorCode::not_finite, "row 1"));
  }
  CHECK(error_of([&] {
          run_op(ops::CheckRange{.what = "hinge", .low = 0, .high = 1}, {good});
        }).is(ErrorCode::out_of_range, "row 1, column 0"));
}

}  // namespace linnet::test
