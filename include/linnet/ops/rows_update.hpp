// Steps of a table of which each batch uses only some rows, with the results of dense steps.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/ops/step_rule.hpp>

namespace linnet::inline v0::ops {

// Under most rules a row that a step does not use still changes: its slots decay, and what is left
// of them moves it on. Those steps are put off until the row is used again, and then made up in
// closed form. Under Adam, with the rates a_s = lr sqrt(1 - b2^s) / (1 - b1^s), a row whose m and
// v date from step o stands at step t at
//   p - sum over s in (o, t] of a_s b1^(s-o) m / (sqrt(b2^(s-o) v) + e)
//     ~ p - S m / (sqrt(v) + e S1 / S),   S = sum a_s r^(s-o),  S1 = sum a_s (r c)^(s-o),
// r = b1 / sqrt(b2), c = 1 / sqrt(b2), which is exact to first order in e. The other rules differ
// in a_s, r, c and in the direction that S is a factor of (IdleSteps). S and S1 are kept for each
// origin o in a ring of kRing steps; every kRing steps all rows are brought up to date.
// Decoupled weight decay q_s = 1 - lr decay shrinks the row and the sums alike: D = prod q_s.

struct RowsStep {
  static constexpr Index kRing = 4096;
  StepRule rule = {};
  double weight_decay = 0;

  bool waits() const { return changes_idle(rule, weight_decay); }
  static void fields(auto& self, FieldVisitor& field) {
    rule_fields(self.rule, field);
    field("weight_decay", self.weight_decay);
  }
};

/// The state of a table: p (rows, width), the rule's slots, and, if rows wait: last int32 (rows),
/// the step that a row's numbers date from, and sums float32 (3, kRing): S, S1 and D by origin.
/// Inputs: the state, iteration int64 (): steps done so far, and a RowsIndex.
/// Without the index: brings all rows up to `iteration`. With it: moves the rows of the index to
/// where they stand at `iteration`; the RowsUpdate that must follow decays their slots, so that
/// each is written once a step.
struct RowsCatchUp {
  static constexpr const char* kName = "rows_catch_up";
  static constexpr bool kUpdates = true;
  RowsStep step = {};
  static void fields(auto& self, FieldVisitor& field) { RowsStep::fields(self.step, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: the state, iteration (), index, values float32 (batch, width), learning_rate (). Applies
/// step iteration + 1 to the rows of the index, whose gradient is the sum of the values that the
/// index names, and carries the sums on.
struct RowsUpdate {
  static constexpr const char* kName = "rows_update";
  static constexpr bool kUpdates = true;
  RowsStep step = {};
  static void fields(auto& self, FieldVisitor& field) { RowsStep::fields(self.step, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: the state, iteration (). The whole table brought up to `iteration`, as a copy: reading
/// a table in the middle of training changes nothing.
struct RowsRead {
  static constexpr const char* kName = "rows_read";
  RowsStep step = {};
  static void fields(auto& self, FieldVisitor& field) { RowsStep::fields(self.step, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
