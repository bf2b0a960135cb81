#include <linnet/layers/merging.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

namespace {

void check_count(const Call& call) {
  if (call.inputs.size() < 2) {
    detail::fail(ErrorCode::invalid_argument, detail::cat("takes at least two inputs, got ",
                                                          static_cast<Index>(call.inputs.size())));
  }
}

/// A position is kept if any input keeps it; without a mask on every input there is none.
Value any_mask(const Values& inputs) {
  Value mask;
  for (const Value& input : inputs) {
    if (!input.mask()) return {};
    mask = mask ? ops::compare(ops::CompareKind::logical_or, mask, input.mask()) : input.mask();
  }
  return mask;
}

}  // namespace

Value Add::emit(Scope&, const Call& call) const {
  check_count(call);
  int rank = 0;
  for (const Value& input : call.inputs) rank = std::max(rank, input.shape().rank());
  Value sum;
  for (Value input : call.inputs) {
    while (input.shape().rank() < rank) input = ops::expand_dims(input, 1);
    sum = sum ? ops::add(sum, input) : input;
  }
  return sum.with_mask(any_mask(call.inputs));
}

Value Concatenate::emit(Scope&, const Call& call) const {
  check_count(call);
  const Value y = ops::concatenate(call.inputs, axis);
  Value mask;
  const int at = y.shape().wrap(axis);
  if (at == 1 && y.shape().rank() > 2) {
    Values masks;
    for (const Value& input : call.inputs) {
      if (input.mask()) masks.push_back(input.mask());
    }
    if (masks.size() == call.inputs.size()) mask = ops::concatenate(masks, 1);
  } else {
    mask = any_mask(call.inputs);
  }
  return y.with_mask(mask);
}

}  // namespace linnet::inline v0
