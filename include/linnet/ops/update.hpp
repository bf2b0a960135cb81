// Ops that change parameters and their slots: assignment, the optimizers' steps, averages.
#pragma once

#include <linnet/graph/op.hpp>

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

/// Inputs: p, [m if momentum is not 0], g, learning_rate. With decay d and momentum u:
///   p -= p d lr;   m = u m - g lr;   p += nesterov ? u m - g lr : m
struct SgdUpdate {
  static constexpr const char* kName = "sgd_update";
  static constexpr bool kUpdates = true;
  float momentum = 0;
  bool nesterov = false;
  float weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("momentum", self.momentum);
    field("nesterov", self.nesterov);
    field("weight_decay", self.weight_decay);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p, m, v, [largest v if amsgrad], g, learning_rate, iteration. Kingma and Ba (2014) in
/// Keras's order, with t = iteration + 1 and decay d (Loshchilov and Hutter, 2017):
///   a = lr sqrt(1 - b2^t) / (1 - b1^t);   p -= p d lr
///   m += (g - m) (1 - b1);   v += (g g - v) (1 - b2);   p -= m a / (sqrt(v) + epsilon)
struct AdamUpdate {
  static constexpr const char* kName = "adam_update";
  static constexpr bool kUpdates = true;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  float weight_decay = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("beta_1", self.beta_1);
    field("beta_2", self.beta_2);
    field("epsilon", self.epsilon);
    field("amsgrad", self.amsgrad);
    field("weight_decay", self.weight_decay);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: p, index (RowsIndex), values (batch, width), learning_rate: p[row] -= lr times the sum
/// of the values that the index names for the row.
struct RowsSgdUpdate {
  static constexpr const char* kName = "rows_sgd_update";
  static constexpr bool kUpdates = true;
  static void fields(auto&, FieldVisitor&) {}
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
