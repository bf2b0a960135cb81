// Adam for a table of which each step uses only some rows, with the results of the dense Adam.
#pragma once

#include <linnet/graph/op.hpp>

namespace linnet::inline v0::ops {

// A row that a step does not use still moves under Adam: its moments decay and push it on. Those
// steps are put off until the row is used again, and then made up in closed form. With the rates
// a_s = lr sqrt(1 - b2^s) / (1 - b1^s), a row whose moments m, v date from step o stands at step t
//   p - sum over s in (o, t] of a_s b1^(s-o) m / (sqrt(b2^(s-o) v) + e)
//     ~ p - S m / (sqrt(v) + e S1 / S),   S = sum a_s r^(s-o),  S1 = sum a_s (r c)^(s-o),
// r = b1 / sqrt(b2), c = 1 / sqrt(b2), which is exact to first order in e. S and S1 are kept for
// each origin o in a ring of kRing steps; every kRing steps all rows are brought up to date.
// Decoupled weight decay q_s = 1 - lr decay shrinks the row and the sums alike: D = prod q_s.

struct RowsAdam {
  static constexpr Index kRing = 4096;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7, weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
    field("epsilon", self.epsilon);
    field("weight_decay", self.weight_decay);
  }
};

/// The slots of a table p (rows, width): m and v like p, last int32 (rows): the step that a row's
/// numbers date from, sums float32 (3, kRing): S, S1 and D by origin.
/// Inputs: p, m, v, last, sums, iteration int64 (): steps done so far, and a RowsIndex.
/// Without the index: brings all rows up to `iteration`. With it: moves the rows of the index to
/// where they stand at `iteration`; the RowsAdamUpdate that must follow decays their moments, so
/// that each is written once a step.
struct RowsAdamCatchUp {
  static constexpr const char* kName = "rows_adam_catch_up";
  static constexpr bool kUpdates = true;
  RowsAdam rule = {};
  static void fields(auto& self, FieldVisitor& field) { RowsAdam::fields(self.rule, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p, m, v, last, sums, iteration (), index, values float32 (batch, width),
/// learning_rate (). Applies step iteration + 1 to the rows of the index, whose gradient is the sum
/// of the values that the index names, and carries the sums on.
struct RowsAdamUpdate {
  static constexpr const char* kName = "rows_adam_update";
  static constexpr bool kUpdates = true;
  RowsAdam rule = {};
  static void fields(auto& self, FieldVisitor& field) { RowsAdam::fields(self.rule, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p, m, v, last, sums, iteration (). The whole table brought up to `iteration`, as a
/// copy: reading a table in the middle of training changes nothing.
struct RowsAdamRead {
  static constexpr const char* kName = "rows_adam_read";
  RowsAdam rule = {};
  static void fields(auto& self, FieldVisitor& field) { RowsAdam::fields(self.rule, field); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
