// Training steps: what they promise of memory and of bits, whatever the layers and the loss.
#pragma once

#include <linnet/linnet.hpp>

#include "contract/allocations.hpp"
#include "model/feed.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

/// A compiled model's training step asks for no memory when one like it has run. Eigen, which
/// multiplies where oneDNN is not there, asks for blocks of large matrices each time: as many.
inline void check_steady_step(Model& model, const Inputs& x, const Inputs& y) {
  model.train_on_batch(x, y);
  const Batch batch{.x = x.columns(), .y = y.columns(), .size = rows_of(x.columns().front())};
  detail::StepResult result;
  const auto step = [&] {
    result =
        detail::run_step(*model.state(), detail::Mode::train, batch, nullptr, std::move(result));
  };
  step();
  step();
  const bool by_eigen = std::ranges::none_of(candidates("matmul"), [](const auto& candidate) {
    return std::string_view(candidate.backend) == "onednn";
  });
  CHECK(allocations_of(step) == (by_eigen ? allocations_of(step) : 0));
}

/// What some training steps give, to the bit.
struct TrainedBits {
  TrainedBits(Model& model, const Inputs& x, const Inputs& y, int steps) {
    for (int i = 0; i < steps; ++i) {
      const Logs logs = model.train_on_batch(x, y);
      for (const auto& [name, value] : logs) numbers.push_back(value);
    }
    weights = model.get_weights();
  }
  friend bool operator==(const TrainedBits& a, const TrainedBits& b) {
    const auto same = [](double p, double q) { return p == q || (p != p && q != q); };
    return std::ranges::equal(a.numbers, b.numbers, same) &&
           std::ranges::equal(a.weights, b.weights, same_bits);
  }
  std::vector<double> numbers;  ///< the loss and the metrics of each step
  Tensors weights;
};

}  // namespace linnet::test
