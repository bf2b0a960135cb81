// Ops that change parameters and their slots: assignment, the optimizers' steps, averages.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/ops/step_rule.hpp>

namespace linnet::inline v0::ops {

// Each writes into its first inputs, which are parameters or slots, and gives an empty tensor. A
// plan runs them at its end, in the order in which they were emitted. learning_rate is float32 (),
// iteration int64 () counts the updates done so far; all other inputs are float32.

/// Inputs: state, value, state, value, ...: each state takes its value. All values are computed
/// before the first is assigned. Any dtype.
struct Assign {
  static constexpr const char* kName = "assign";
  static constexpr bool kUpdates = true;
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p, the rule's slots, g, learning_rate, iteration. With decay d, p -= p d lr
/// (Loshchilov and Hutter, 2017); then the rule at update iteration + 1.
struct StepUpdate {
  static constexpr const char* kName = "step_update";
  static constexpr bool kUpdates = true;
  StepRule rule = {};
  float weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    rule_fields(self.rule, field);
    field("weight_decay", self.weight_decay);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: average, p, iteration: average = u average + (1 - u) p, where u is `momentum`, or 0 at
/// iteration 0. Then, at every `overwrite_every`-th update (0: never), p = average.
struct AverageUpdate {
  static constexpr const char* kName = "average_update";
  static constexpr bool kUpdates = true;
  float momentum = 0.99f;
  Index overwrite_every = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("momentum", self.momentum);
    field("overwrite_every", self.overwrite_every);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: sum, x: sum += x.
struct AccumulateUpdate {
  static constexpr const char* kName = "accumulate_update";
  static constexpr bool kUpdates = true;
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Input: a state, set to 0.
struct ClearUpdate {
  static constexpr const char* kName = "clear_update";
  static constexpr bool kUpdates = true;
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: a state and the output of an update. A copy of what the state is after that update: it
/// stands where something is computed from a parameter that has just changed.
struct ReadAfter {
  static constexpr const char* kName = "read_after";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: index (RowsIndex), values (batch, width). The gradient of a table of `rows` rows as a
/// dense tensor (rows, width).
struct RowsToDense {
  static constexpr const char* kName = "rows_to_dense";
  Index rows = 0;
  static void fields(auto& self, FieldVisitor& field) { field("rows", self.rows); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs as for RowsToDense. The sum of the squares of that dense gradient, a scalar.
struct RowsNorm {
  static constexpr const char* kName = "rows_norm";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
