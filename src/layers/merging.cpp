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

/// x where its mask (batch, time) keeps the position, else `otherwise`.
Value kept(const Value& x, Value mask, float otherwise) {
  if (!mask) return x;
  while (mask.shape().rank() < x.shape().rank()) {
    mask = ops::expand_dims(mask, mask.shape().rank());
  }
  return ops::select(mask, x, ops::constant(otherwise));
}

Value combined(MergeKind kind, const Value& a, const Value& b) {
  switch (kind) {
    case MergeKind::subtract:
      return ops::subtract(a, b);
    case MergeKind::multiply:
      return ops::multiply(a, b);
    case MergeKind::maximum:
      return ops::maximum(a, b);
    case MergeKind::minimum:
      return ops::minimum(a, b);
    default:
      return ops::add(a, b);
  }
}

Value merged(MergeKind kind, const Call& call) {
  check_count(call);
  if (kind == MergeKind::subtract && call.inputs.size() != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("takes two inputs, got ", static_cast<Index>(call.inputs.size())));
  }
  int rank = 0;
  for (const Value& input : call.inputs) rank = std::max(rank, input.shape().rank());
  const bool multiplies = kind == MergeKind::multiply;
  Value y;
  for (Value input : call.inputs) {
    if (multiplies) input = kept(input, input.mask(), 1);
    while (input.shape().rank() < rank) input = ops::expand_dims(input, 1);
    y = y ? combined(kind, y, input) : input;
  }
  if (kind == MergeKind::average) y = ops::affine(y, 1 / static_cast<float>(call.inputs.size()));
  const Value mask = any_mask(call.inputs);
  return (multiplies ? kept(y, mask, 0) : y).with_mask(mask);
}

}  // namespace

template <MergeKind kKind>
Value Merge<kKind>::emit(Scope&, const Call& call) const {
  return merged(kKind, call);
}

template struct Merge<MergeKind::add>;
template struct Merge<MergeKind::subtract>;
template struct Merge<MergeKind::multiply>;
template struct Merge<MergeKind::average>;
template struct Merge<MergeKind::maximum>;
template struct Merge<MergeKind::minimum>;

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
