// Where the operands of a Recurrence and of its gradient lie, and its sizes.
#pragma once

#include <linnet/ops/recurrence.hpp>

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

struct RecurrenceSizes {
  Index rows, steps, units, gates, kept;
  RecurrenceSizes(const ops::Recurrence& op, const Shape& y)
      : rows(y[0]), steps(y[1]), units(y[2]), gates(op.gates()), kept(op.kept()) {}
  /// Which row of the tensors that are flattened to (rows * steps, ...) a step of a row is; `i`
  /// counts the steps in the order in which they run.
  Index place(const ops::Recurrence& op, Index row, Index i) const {
    return row * steps + (op.backwards ? steps - 1 - i : i);
  }
};

/// Null: there is none.
struct RecurrenceOperands {
  const float *x, *kernel, *bias = nullptr;
  const float* first[2] = {nullptr, nullptr};  ///< h, c
  const bool* mask = nullptr;
  float* y;
  float* last[2] = {nullptr, nullptr};
  float* kept = nullptr;

  RecurrenceOperands(const ops::Recurrence& op, const Run& run)
      : x(run.x<float>(0)), kernel(run.x<float>(1)), y(run.y<float>(0)) {
    int at = 2;
    if (op.has_bias) bias = run.x<float>(at++);
    for (int i = 0; op.has_states && i < op.states(); ++i) first[i] = run.x<float>(at++);
    if (op.has_mask) mask = run.x<bool>(at);
    for (int i = 0; i < op.states(); ++i) last[i] = run.y<float>(1 + i);
    if (op.keeps && op.kept() > 0) kept = run.y<float>(1 + op.states());
  }
};

struct RecurrenceGradOperands {
  const float* kernel;
  const float* first[2] = {nullptr, nullptr};  ///< h, c
  const bool* mask = nullptr;
  const float* y;
  const float* kept = nullptr;
  const float* dy = nullptr;
  const float* dlast[2] = {nullptr, nullptr};
  float *dx, *dp;  ///< of x and of h U; the same but if op.splits()
  float* dfirst[2] = {nullptr, nullptr};

  RecurrenceGradOperands(const ops::RecurrenceGrad& op, const Run& run)
      : kernel(run.x<float>(0)), dx(run.y<float>(0)) {
    int at = 1;
    for (int i = 0; op.of.has_states && i < op.of.states(); ++i) first[i] = run.x<float>(at++);
    if (op.of.has_mask) mask = run.x<bool>(at++);
    y = run.x<float>(at++);
    if (op.of.kept() > 0) kept = run.x<float>(at++);
    if (op.has_dy) dy = run.x<float>(at++);
    if (op.has_dh) dlast[0] = run.x<float>(at++);
    if (op.has_dc) dlast[1] = run.x<float>(at);
    int out = 1;
    dp = op.splits() ? run.y<float>(out++) : dx;
    for (int i = 0; i < op.of.states(); ++i) dfirst[i] = run.y<float>(out + i);
  }
};

}  // namespace linnet::inline v0
