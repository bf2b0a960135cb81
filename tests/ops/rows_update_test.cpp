// Steps of the rows that a batch uses, against the same steps of the whole table.
#include <linnet/ops/gather.hpp>
#include <linnet/ops/norm_update.hpp>
#include <linnet/ops/rows_update.hpp>
#include <linnet/ops/update.hpp>

#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

constexpr Index kTableRows = 20, kTableWidth = 21;
const CheckOptions kUpdated{.tolerance = 1e-5, .gradients = false};

/// The rows that a batch of 3 texts of 4 ids uses, and its gradient, by rows and as a table.
struct UsedBatch {
  explicit UsedBatch(std::uint64_t seed)
      : ids(random_ints({3, 4}, seed, kTableRows)),
        index((*run_op(ops::RowsIndex{.table_rows = kTableRows}, {ids}))[0]),
        values(random_floats({3, kTableWidth}, seed)),
        dense(Tensor::full<float>({kTableRows, kTableWidth}, 0)) {
    for (Index i = 0; i < 12; ++i) {
      const Index row = ids.data<std::int32_t>()[static_cast<std::size_t>(i)];
      for (Index j = 0; j < kTableWidth; ++j) {
        dense.data<float>()[static_cast<std::size_t>(row * kTableWidth + j)] +=
            values.data<float>()[static_cast<std::size_t>(i / 4 * kTableWidth + j)];
      }
    }
  }
  Tensor ids, index, values, dense;
};

Tensors joined(Tensors state, std::initializer_list<Tensor> more) {
  state.insert(state.end(), more);
  return state;
}

Tensor iteration_at(Index done) { return Tensor::of<std::int64_t>({}, {done}); }

/// p and the slots of a rule.
Tensors fresh_state(const ops::StepRule& rule) {
  Tensors state{random_floats({kTableRows, kTableWidth}, 1)};
  for (const ops::StepSlot& slot : ops::slots_of(rule)) {
    state.push_back(Tensor::full(state[0].shape(), static_cast<float>(slot.first)));
  }
  return state;
}

/// Steps by rows and over the whole table, side by side.
void check_rows_step(const ops::RowsStep& step) {
  Tensors whole = fresh_state(step.rule), rows = fresh_state(step.rule);
  const std::size_t tables = rows.size();
  if (step.waits()) {
    rows.push_back(Tensor::full<std::int32_t>({kTableRows}, 0));
    rows.push_back(Tensor::full<float>({3, ops::RowsStep::kRing}, 0));
  }
  const auto weight_decay = static_cast<float>(step.weight_decay);
  constexpr Index kSteps = 12;
  for (Index i = 0; i < kSteps; ++i) {
    const UsedBatch batch(static_cast<std::uint64_t>(i));
    const Tensor rate = Tensor::of<float>({}, {0.01f + 0.002f * static_cast<float>(i)});
    if (step.waits()) {
      const Tensors inputs = joined(rows, {iteration_at(i), batch.index});
      check_op(ops::RowsCatchUp{step}, inputs, kUpdated);
      run_op(ops::RowsCatchUp{step}, inputs);
    }
    const Tensors inputs = joined(rows, {iteration_at(i), batch.index, batch.values, rate});
    check_op(ops::RowsUpdate{step}, inputs, kUpdated);
    run_op(ops::RowsUpdate{step}, inputs);
    run_op(ops::StepUpdate{step.rule, weight_decay},
           joined(whole, {batch.dense, rate, iteration_at(i)}));
    if (!step.waits()) continue;
    const Tensors state = joined(rows, {iteration_at(i + 1)});
    check_op(ops::RowsRead{step}, state, kUpdated);
    CHECK(close((*run_op(ops::RowsRead{step}, state))[0], whole[0], 1e-5));
  }
  if (step.waits()) {
    const Tensors state = joined(rows, {iteration_at(kSteps)});
    check_op(ops::RowsCatchUp{step}, state, kUpdated);
    run_op(ops::RowsCatchUp{step}, state);
  }
  for (std::size_t k = 0; k < tables; ++k) CHECK(close(rows[k], whole[k], 1e-5));
}

}  // namespace

TEST_CASE("Steps by rows, late ones made up, are the steps of the whole table") {
  const ops::StepRule rules[] = {ops::SgdRule{},
                                 ops::SgdRule{.momentum = 0.9f},
                                 ops::SgdRule{.momentum = 0.9f, .nesterov = true},
                                 ops::AdamRule{},
                                 ops::NadamRule{},
                                 ops::AdamaxRule{},
                                 ops::RmspropRule{},
                                 ops::RmspropRule{.momentum = 0.8},
                                 ops::AdagradRule{},
                                 ops::AdadeltaRule{},
                                 ops::FtrlRule{.l1 = 0.001},
                                 ops::LionRule{}};
  int closed = 0;
  for (const ops::StepRule& rule : rules) {
    if (!ops::idle_steps(rule).closed) continue;
    ++closed;
    for (const double weight_decay : {0.0, 0.1}) {
      const ops::RowsStep step{rule, weight_decay};
      INFO(std::string(std::visit([](const auto& each) { return each.kName; }, rule))
           << " with decay " << weight_decay);
      check_rows_step(step);
    }
  }
  CHECK(closed > 6);
}

TEST_CASE("Adafactor by rows is Adafactor over the whole table") {
  const ops::AdafactorUpdate step;
  const auto slots = [] {
    return Tensors{random_floats({kTableRows, kTableWidth}, 1),
                   Tensor::full<float>({kTableRows}, 0), Tensor::full<float>({kTableWidth}, 0)};
  };
  const Tensors whole = slots(), rows = slots();
  for (Index i = 0; i < 8; ++i) {
    const UsedBatch batch(static_cast<std::uint64_t>(i));
    const Tensor rate = Tensor::of<float>({}, {0.02f});
    const Tensors inputs = joined(rows, {batch.index, batch.values, rate, iteration_at(i)});
    check_op(ops::RowsAdafactorUpdate{step}, inputs, kUpdated);
    run_op(ops::RowsAdafactorUpdate{step}, inputs);
    run_op(step, joined(whole, {batch.dense, rate, iteration_at(i)}));
    for (std::size_t k = 0; k < whole.size(); ++k) CHECK(close(rows[k], whole[k], 1e-5));
  }
}

TEST_CASE("A gradient by rows is a table of sums, and has a norm") {
  const UsedBatch batch(3);
  const Tensors inputs{batch.index, batch.values};
  const ops::RowsToDense to_dense{kTableRows};
  check_op(to_dense, inputs, kUpdated);
  check_op(ops::RowsNorm{}, inputs, kUpdated);
  CHECK(close((*run_op(to_dense, inputs))[0], batch.dense, 1e-6));
  double squares = 0;
  for (const float g : batch.dense.data<float>()) squares += double{g} * double{g};
  CHECK(close((*run_op(ops::RowsNorm{}, inputs))[0],
              Tensor::of<float>({}, {static_cast<float>(squares)}), 1e-5));
}

}  // namespace linnet::test
