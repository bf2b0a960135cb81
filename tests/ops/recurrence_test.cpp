#include <cmath>
#include <linnet/ops/recurrence.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

using ops::Activate;
using ops::ActivationKind;
using ops::Recurrence;
using ops::RecurrenceKind;

constexpr RecurrenceKind kRecurrences[] = {RecurrenceKind::simple, RecurrenceKind::lstm,
                                           RecurrenceKind::gru};

struct Sizes {
  Index rows, steps, units;
};

/// What the op's flags ask for. The kernel's spectral radius is below 1: else differences in the
/// last digit grow with the steps.
Tensors recurrence_inputs(const Recurrence& op, Sizes n) {
  const Index width = op.gates() * n.units;
  const float most = 1.2f / std::sqrt(static_cast<float>(n.units));
  Tensors inputs{random_floats({n.rows, n.steps, width}, 1, -2, 2),
                 random_floats({n.units, width}, 2, -most, most)};
  if (op.has_bias) inputs.push_back(random_floats({width}, 3));
  for (int i = 0; op.has_states && i < op.states(); ++i) {
    inputs.push_back(random_floats({n.rows, n.units}, 4 + static_cast<std::uint64_t>(i)));
  }
  if (op.has_mask) {
    Tensor mask(DType::boolean, {n.rows, n.steps});
    const Tensor draws = random_floats({n.rows, n.steps}, 6);
    for (std::size_t i = 0; i < mask.data<bool>().size(); ++i) {
      mask.data<bool>()[i] = draws.data<float>()[i] > -0.4f;
    }
    inputs.push_back(mask);
  }
  return inputs;
}

}  // namespace

TEST_CASE("recurrence of every kind, with and without states, mask and bias, both ways") {
  const CheckOptions options{.tolerance = 1e-5};
  for (const RecurrenceKind kind : kRecurrences) {
    for (const bool backwards : {false, true}) {
      Recurrence op{.kind = kind, .backwards = backwards};
      INFO("kind " << static_cast<int>(kind) << ", backwards " << backwards);
      check_op(op, recurrence_inputs(op, {3, 4, 5}), options);
      op.has_states = op.has_mask = true;
      op.has_bias = kind == RecurrenceKind::gru;
      check_op(op, recurrence_inputs(op, {3, 5, 4}), options);
      op.reset_after = op.has_bias = false;
      if (kind == RecurrenceKind::gru) check_op(op, recurrence_inputs(op, {2, 4, 3}), options);
    }
  }
}

TEST_CASE("recurrence in sizes for several threads and tiles") {
  for (const RecurrenceKind kind : kRecurrences) {
    for (const Sizes n : {Sizes{70, 6, 40}, Sizes{1, 30, 64}, Sizes{33, 3, 7}}) {
      Recurrence op{.kind = kind, .has_states = true, .has_mask = true, .keeps = true};
      INFO("kind " << static_cast<int>(kind) << ", " << n.rows << " rows");
      const Tensors inputs = recurrence_inputs(op, n);
      check_op(op, inputs, {.tolerance = 1e-4, .gradients = false});
      const Tensors outputs = *run_op(op, inputs);
      Tensors given{inputs[1]};
      given.insert(given.end(), inputs.begin() + 2, inputs.end());
      given.push_back(outputs[0]);
      if (op.kept() > 0) given.push_back(outputs.back());
      for (int i = 0; i <= op.states(); ++i) {
        given.push_back(random_floats(outputs[static_cast<std::size_t>(i)].shape(), 9));
      }
      check_op(ops::RecurrenceGrad{op, true, true, op.states() > 1}, given, {.tolerance = 1e-4});
    }
  }
}

TEST_CASE("recurrence with other activations") {
  const float endless = std::numeric_limits<float>::infinity();
  const Activate linear{ActivationKind::relu, 1, endless}, relu{ActivationKind::relu, 0, endless};
  const Activate hard{ActivationKind::hard_sigmoid, 0.2f}, elu{ActivationKind::elu, 1};
  for (const RecurrenceKind kind : kRecurrences) {
    for (const auto& [f, r] :
         {std::pair{relu, hard}, std::pair{linear, hard}, std::pair{elu, elu}}) {
      const Recurrence op{.kind = kind, .activation = f, .recurrent_activation = r};
      INFO("kind " << static_cast<int>(kind) << ", " << static_cast<int>(f.kind));
      check_op(op, recurrence_inputs(op, {2, 3, 3}),
               {.tolerance = 1e-5, .gradient_tolerance = 2e-2, .step = 0.003});
    }
  }
}

TEST_CASE("a masked step leaves the states as they are") {
  const Recurrence op{.kind = RecurrenceKind::lstm, .has_states = true, .has_mask = true};
  Tensors inputs = recurrence_inputs(op, {1, 3, 2});
  inputs[4] = Tensor::of<bool>({1, 3}, {false, false, false});
  const Tensors y = *run_op(op, inputs);
  CHECK(y[1] == inputs[2]);
  CHECK(y[2] == inputs[3]);
  for (Index t = 0; t < 3; ++t) {
    for (std::size_t u = 0; u < 2; ++u) {
      CHECK(y[0].data<float>()[static_cast<std::size_t>(t) * 2 + u] == inputs[2].data<float>()[u]);
    }
  }
}

TEST_CASE("reverse_time turns the steps round and undoes itself") {
  const Tensor x = Tensor::of<float>({2, 3, 1}, {1, 2, 3, 4, 5, 6});
  check_op(ops::ReverseTime{}, {x});
  CHECK((*run_op(ops::ReverseTime{}, {x}))[0] == Tensor::of<float>({2, 3, 1}, {3, 2, 1, 6, 5, 4}));
  const Value v = ops::input("x", {DType::float32, {any, any, 3}});
  CHECK(ops::reverse_time(ops::reverse_time(v)) == v);
}

TEST_CASE("recurrence says what it cannot take") {
  const Types wrong{{DType::float32, {any, any, 8}}, {DType::float32, {3, 12}}};
  CHECK(error_of([&] {
          Recurrence{}.infer(wrong);
        }).is(ErrorCode::shape_mismatch, "expected an input of shape"));
}

}  // namespace linnet::test
