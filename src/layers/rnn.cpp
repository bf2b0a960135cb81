#include <linnet/layers/rnn.hpp>

#include "layers/recurrent_layer.hpp"

namespace linnet::inline v0 {

using detail::LayerInstance;
using Instances = std::vector<std::shared_ptr<LayerInstance>>;

namespace {

/// Error: there is no layer, or one that is no cell.
const std::shared_ptr<LayerInstance>& require_cell(const InnerLayer& cell) {
  if (!cell) detail::fail(ErrorCode::invalid_argument, "needs a cell, got none");
  if (cell.instance()->state_sizes().empty()) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("needs a cell, a layer with state_sizes(), got ",
                             cell.instance()->class_name()));
  }
  return cell.instance();
}

/// How many cells run at a step.
Index cells_in(const LayerInstance& cell) {
  if (cell.class_name() != StackedRNNCells::kName) return 1;
  Index count = 0;
  for (const auto& inner : cell.sublayers()) count += cells_in(*inner);
  return count;
}

Values run_cell(const std::shared_ptr<LayerInstance>& cell, Scope& scope, const Value& x,
                const Values& states) {
  Values inputs{x};
  inputs.insert(inputs.end(), states.begin(), states.end());
  const auto wanted = inputs.size();
  Values outputs =
      detail::expand_layer(cell, scope.emission(), scope.path(), scope.trainable(), inputs);
  if (outputs.size() == wanted) return outputs;
  detail::fail(ErrorCode::invalid_argument,
               detail::cat("expected an output and ", std::uint64_t{states.size()},
                           " states of the cell, got ", std::uint64_t{outputs.size()}, " outputs"));
}

}  // namespace

Instances RNN::sublayers() const { return cell ? Instances{cell.instance()} : Instances{}; }

Values RNN::emit(Scope& scope, const Call& call) const {
  const auto options = detail::time_options(*this);
  const auto& inner = require_cell(cell);
  if (call.inputs.empty()) call.input();
  const Value& x = call.inputs[0];
  if (x.shape().rank() < 3) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("expected (batch, time, ...), got ", x.shape()));
  }
  std::vector<Shape> shapes;
  for (const Index width : inner->state_sizes()) shapes.push_back({x.shape()[0], width});
  return detail::outputs_of_steps(
      x, detail::first_states(call, shapes), options,
      [&](const Value& x_t, const Values& states) { return run_cell(inner, scope, x_t, states); },
      cells_in(*inner));
}

Instances StackedRNNCells::sublayers() const {
  Instances all;
  for (const InnerLayer& cell : cells.layers()) {
    if (cell) all.push_back(cell.instance());
  }
  return all;
}

std::vector<Index> StackedRNNCells::state_sizes() const {
  std::vector<Index> all;
  for (const auto& cell : sublayers()) {
    const auto sizes = cell->state_sizes();
    all.insert(all.end(), sizes.begin(), sizes.end());
  }
  return all;
}

Values StackedRNNCells::emit(Scope& scope, const Call& call) const {
  constexpr Index kMostInStack = 1000;
  Index cells_inside = 0;
  for (const auto& cell : sublayers()) cells_inside += cells_in(*cell);
  if (cells_inside > kMostInStack) {
    detail::fail(ErrorCode::out_of_range,
                 detail::cat("expected at most ", kMostInStack, " cells, got ", cells_inside));
  }
  const auto count = static_cast<std::size_t>(state_sizes().size());
  if (count == 0 || call.inputs.size() != 1 + count) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("takes x and the states of all cells, ", std::uint64_t{count},
                             ", got ", std::uint64_t{call.inputs.size()}, " inputs"));
  }
  Value x = call.inputs[0];
  Values states;
  auto next = call.inputs.begin() + 1;
  for (const InnerLayer& each : cells.layers()) {
    const auto& cell = require_cell(each);
    const auto own = static_cast<std::ptrdiff_t>(cell->state_sizes().size());
    const Values outputs = run_cell(cell, scope, x, {next, next + own});
    next += own;
    x = outputs[0];
    states.insert(states.end(), outputs.begin() + 1, outputs.end());
  }
  states.insert(states.begin(), x);
  return states;
}

}  // namespace linnet::inline v0
