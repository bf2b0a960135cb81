// Missed: the steps without a gradient that an element of a table has to make up for.
#pragma once

#include <cmath>
#include <cstdint>
#include <linnet/ops/step_rule.hpp>

namespace linnet::inline v0 {

/// What an element has missed since its last gradient: S, e S1 / S and D of ops::RowsStep.
struct Missed {
  float shift, epsilon, shrink;
};

// A Math is made of its rule for one step, in float32 and in Keras's order, so that equal weights
// stay equal. It has
//   kSlots                  how many slots the rule has
//   step(p, slots..., g)    the step of an element
//   kMoves                  whether p moves without a gradient, beside decay; if so
//   idle(p, slots..., by)   where p is after such steps; this depends on the rule alone
//   rate, epsilon_growth    of this step: a_s, and how its epsilon compares with the rule's

}  // namespace linnet::inline v0
