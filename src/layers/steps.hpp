// Time steps as rows of the batch, for what treats all steps alike.
#pragma once

#include <linnet/graph/value.hpp>

namespace linnet::inline v0::detail {

/// (batch, ...): one step of (batch, time, ...).
Value step_of(const Value& x, Index step);
/// (batch, time, ...) as (batch * time, ...).
Value steps_as_rows(const Value& x);
/// (batch * time, ...) as (batch, time, ...), the first two as in shape `x`.
Value rows_as_steps(const Value& y, const Shape& x);

}  // namespace linnet::inline v0::detail
