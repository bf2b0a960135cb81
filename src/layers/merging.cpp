#include <algorithm>
#include <linnet/layers/merging.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0 {

namespace {

void check_count(const Call& call) {
  if (call.inputs.size() < 2) {
    detail::fail(ErrorCode::invalid_argument, detail::cat("takes at least two inputs, got ",
                                                          static_cast<Index>(call.inputs.size())));
  }
}

/// The inputs as one dtype, which holds what each of them does; their masks stay.
Values of_one_dtype(const Values& inputs) {
  constexpr DType kOrder[] = {DType::boolean, DType::uint8, DType::int32, DType::int64,
                              DType::float32};
  const auto width = [&](DType dtype) { return std::ranges::find(kOrder, dtype) - kOrder; };
  DType widest = DType::boolean;
  for (const Value& input : inputs) {
    if (width(input.dtype()) > width(widest)) widest = input.dtype();
  }
  if (std::ranges::find(kOrder, widest) == std::end(kOrder)) return inputs;
  Values same;
  for (const Value& input : inputs) {
    same.push_back(ops::cast(input, widest).with_mask(input.mask()));
  }
  return same;
}

Value either(const Value& a, const Value& b) {
  return ops::compare(ops::CompareKind::logical_or, a, b);
}

/// A position is kept if any input keeps it; without a mask on every input there is none.
Value any_mask(const Values& inputs) {
  Value mask;
  for (const Value& input : inputs) {
    if (!input.mask()) return {};
    mask = mask ? either(mask, input.mask()) : input.mask();
  }
  return mask;
}

/// x where the mask (batch, time) keeps the position, else `otherwise`.
Value kept(const Value& x, Value mask, const Value& otherwise) {
  if (!mask) return x;
  while (mask.shape().rank() < x.shape().rank()) {
    mask = ops::expand_dims(mask, mask.shape().rank());
  }
  return ops::select(mask, x, otherwise);
}

Value number(float value) { return ops::constant(value); }

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

/// The largest or smallest of the inputs that are not masked; where all are, any of them. Like the
/// inputs, it has a mask for the next one only if each so far had one.
struct Extreme {
  Value y, mask;

  void take(MergeKind kind, const Value& x, const Value& mask_of_x) {
    if (!y) {
      y = x;
      mask = mask_of_x;
      return;
    }
    const Value other = kept(x, mask_of_x, y);
    y = combined(kind, kept(y, mask, other), other);
    mask = mask && mask_of_x ? either(mask, mask_of_x) : Value();
  }
};

Value merged(MergeKind kind, const Call& call) {
  check_count(call);
  if (kind == MergeKind::subtract && call.inputs.size() != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("takes two inputs, got ", static_cast<Index>(call.inputs.size())));
  }
  int rank = 0;
  for (const Value& input : call.inputs) rank = std::max(rank, input.shape().rank());
  const bool multiplies = kind == MergeKind::multiply;
  const bool selects = kind == MergeKind::maximum || kind == MergeKind::minimum;
  Extreme extreme;
  Value y;
  for (const Value& given : of_one_dtype(call.inputs)) {
    const Value one = ops::cast(number(1), given.dtype());
    Value input = multiplies ? kept(given, given.mask(), one) : given;
    while (input.shape().rank() < rank) input = ops::expand_dims(input, 1);
    if (selects) {
      extreme.take(kind, input, given.mask());
      y = extreme.y;
    } else {
      y = y ? combined(kind, y, input) : input;
    }
  }
  if (kind == MergeKind::average) {
    y = ops::affine(ops::cast(y, DType::float32), 1 / static_cast<float>(call.inputs.size()));
  }
  const Value mask = any_mask(call.inputs);
  const Value none = ops::cast(number(0), y.dtype());
  return (multiplies ? kept(y, mask, none) : y).with_mask(mask);
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

namespace {

/// The masks (batch, time) one after the other; all of an input without one is kept.
Value joined_masks(const Values& inputs) {
  if (std::ranges::none_of(inputs, [](const Value& input) { return bool(input.mask()); }))
    return {};
  Values masks;
  for (const Value& input : inputs) {
    masks.push_back(input.mask());
    if (masks.back()) continue;
    std::vector<Index> rest;
    for (Index axis = 2; axis < input.shape().rank(); ++axis) rest.push_back(axis);
    const Value any_value =
        ops::cast(ops::reduce_sum(ops::cast(input, DType::float32), rest), DType::boolean);
    masks.back() = ops::compare(ops::CompareKind::equal, any_value, any_value);
  }
  return ops::concatenate(masks, 1);
}

}  // namespace

Value Concatenate::emit(Scope&, const Call& call) const {
  check_count(call);
  const Value y = ops::concatenate(of_one_dtype(call.inputs), axis);
  Value mask;
  const int at = y.shape().wrap(axis);
  if (at == 1 && y.shape().rank() > 2) {
    mask = joined_masks(call.inputs);
  } else {
    mask = any_mask(call.inputs);
  }
  return y.with_mask(mask);
}

}  // namespace linnet::inline v0
