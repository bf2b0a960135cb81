#include "layers/attention_parts.hpp"

#include <algorithm>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>
#include <numeric>

#include "layers/floats.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr float kNever = -1e9f;  // a score whose share is 0 beside any other

Value as_boolean(const Value& mask) {
  if (mask.dtype() == DType::boolean) return mask;
  return ops::compare(ops::CompareKind::not_equal, ops::cast(mask, DType::float32),
                      ops::constant(0.0f));
}

/// first, first + 1, ...
Value positions(const Shape& shape, Index first) {
  constexpr Index kMost = Index{1} << 24;
  if (shape.elements() > kMost) {
    fail(ErrorCode::out_of_range,
         cat("attention over ", shape.elements(), " steps, of which at most ", kMost,
             " may have a causal mask or a window"));
  }
  Tensor numbers(DType::int32, shape);
  std::iota(numbers.data<std::int32_t>().begin(), numbers.data<std::int32_t>().end(),
            static_cast<std::int32_t>(first));
  return ops::constant(std::move(numbers));
}

}  // namespace

AttentionInputs attention_inputs(const Call& call) {
  const Values& x = call.inputs;
  if (x.empty() || x.size() > 4) {
    fail(ErrorCode::invalid_argument,
         cat("takes query, value, key and a mask, got ", std::uint64_t{x.size()}, " inputs"));
  }
  AttentionInputs in{floats(x[0]), floats(x.size() > 1 ? x[1] : x[0]), {}};
  in.key = in.value;
  const bool third_masks = x.size() == 3 && x[2].dtype() == DType::boolean;
  if (x.size() > 2 && !third_masks) in.key = floats(x[2]);
  if (third_masks || x.size() == 4) in.mask = as_boolean(x.back());
  const Shape &query = in.query.shape(), &value = in.value.shape(), &key = in.key.shape();
  if (query.rank() < 3 || value.rank() != query.rank() || key.rank() != query.rank()) {
    fail(ErrorCode::shape_mismatch,
         cat("expected query, value and key of shape (batch, time, features), got ", query, ", ",
             value, " and ", key));
  }
  if (!value.slice(0, value.rank() - 1).fits(key.slice(0, key.rank() - 1))) {
    fail(ErrorCode::shape_mismatch,
         cat("value and key differ before their last axes: ", value, " and ", key));
  }
  return in;
}

Value both_masks(const Value& a, const Value& b) {
  if (!a || !b) return a ? a : b;
  return ops::compare(ops::CompareKind::logical_and, a, b);
}

Value widened_mask(const Value& mask, int kept, int rank) {
  if (!mask) return mask;
  Value wide = mask;
  if (mask.shape().rank() > rank) {
    fail(ErrorCode::shape_mismatch,
         cat("expected a mask of ", rank, " axes or fewer, got ", mask.shape()));
  }
  while (wide.shape().rank() < kept) wide = ops::expand_dims(wide, 0);
  while (wide.shape().rank() < rank) wide = ops::expand_dims(wide, wide.shape().rank() - kept);
  return wide;
}

Value band_mask(Index queries, Index keys, bool causal, std::optional<Index> window) {
  if ((!causal && !window) || queries == any || keys == any) return {};
  const Value t = positions({1, queries, 1}, 0), s = positions({1, 1, keys}, 0);
  Value sees;
  if (causal) sees = ops::compare(ops::CompareKind::less_equal, s, t);
  if (!window) return sees;
  // |t - s| < window
  const Index far = std::clamp<Index>(*window, 0, std::max(queries, keys));
  const Value near = ops::compare(ops::CompareKind::less, t, positions({1, 1, keys}, far));
  sees = both_masks(sees, near);
  if (causal) return sees;
  return both_masks(sees, ops::compare(ops::CompareKind::less, s, positions({1, queries, 1}, far)));
}

Value padding_mask(const AttentionInputs& in) {
  Value mask = in.query.mask();
  if (mask) mask = ops::expand_dims(mask, 2);
  const Value of_value = in.value.mask(), of_key = in.key.mask();
  if (of_value) mask = both_masks(mask, ops::expand_dims(of_value, 1));
  if (of_key && of_key != of_value) mask = both_masks(mask, ops::expand_dims(of_key, 1));
  return mask;
}

Value attention_weights(const Value& scores, const Value& mask, int axes, bool empty_is_zero) {
  const Shape& shape = scores.shape();
  Value x = mask ? ops::select(mask, scores, ops::constant(kNever)) : scores;
  if (axes > 1 && shape.known()) {  // those axes as one
    const int first = shape.rank() - axes;
    x = ops::reshape(x, shape.slice(0, first).joined({shape.elements(first, shape.rank())}));
  }
  x = ops::softmax(x);
  if (axes > 1 && shape.known()) x = ops::reshape(x, shape);
  return mask && empty_is_zero ? ops::select(mask, x, ops::constant(0.0f)) : x;
}

}  // namespace linnet::inline v0::detail
