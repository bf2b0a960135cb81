#include <linnet/ops/update.hpp>

#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

const CheckOptions kNoGradients{.gradients = false};

/// What `op` leaves of its first input.
Tensor first_after(const Op& op, const Tensors& inputs) {
  Tensors given = inputs;
  given[0] = inputs[0].clone();
  run_op(op, given);
  return given[0];
}

}  // namespace

TEST_CASE("average_update moves an average, and at times the parameter to it") {
  const ops::AverageUpdate op{.momentum = 0.75f, .overwrite_every = 3};
  const auto at = [](Index done) { return Tensor::of<std::int64_t>({}, {done}); };
  for (const Index size : {1, 7, 50001}) {
    const Tensor average = random_floats({size}, 1), p = random_floats({size}, 2);
    for (const Index done : {0, 1, 2}) check_op(op, {average, p, at(done)}, kNoGradients);
  }
  const Tensor average = Tensor::of<float>({2}, {4, 0}), p = Tensor::of<float>({2}, {8, 4});
  CHECK(first_after(op, {average, p.clone(), at(0)}) == p);
  CHECK(first_after(op, {average, p.clone(), at(1)}) == Tensor::of<float>({2}, {5, 1}));
  Tensor moved = p.clone();
  first_after(op, {average, moved, at(1)});
  CHECK(moved == p);
  first_after(op, {average, moved, at(2)});
  CHECK(moved == Tensor::of<float>({2}, {5, 1}));
}

TEST_CASE("accumulate_update adds, clear_update takes all away") {
  for (const Index size : {0, 1, 7, 50001}) {
    const Tensor sum = random_floats({size}, 1), x = random_floats({size}, 2);
    check_op(ops::AccumulateUpdate{}, {sum, x}, kNoGradients);
    check_op(ops::ClearUpdate{}, {sum}, kNoGradients);
  }
  const Tensor sum = Tensor::of<float>({2}, {1, 2}), x = Tensor::of<float>({2}, {0.5f, -2});
  CHECK(first_after(ops::AccumulateUpdate{}, {sum, x}) == Tensor::of<float>({2}, {1.5f, 0}));
  CHECK(first_after(ops::ClearUpdate{}, {sum}) == Tensor::of<float>({2}, {0, 0}));
}

TEST_CASE("assign gives states their values, of any dtype; read_after copies one") {
  for (const DType dtype : {DType::float32, DType::int64, DType::boolean}) {
    const Tensor state = random_ints({2, 3}, 1, 2, dtype), value = random_ints({2, 3}, 5, 2, dtype);
    check_op(ops::Assign{}, {state, value}, kNoGradients);
    CHECK(first_after(ops::Assign{}, {state, value}) == value);
    const Tensor nothing(DType::uint8, {0});
    check_op(ops::ReadAfter{}, {state, nothing}, kNoGradients);
    CHECK((*run_op(ops::ReadAfter{}, {state, nothing}))[0] == state);
  }
}

}  // namespace linnet::test
