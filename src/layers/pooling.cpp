#include <linnet/layers/adaptive_pooling.hpp>
#include <linnet/layers/global_pooling.hpp>
#include <linnet/layers/pooling.hpp>
#include <linnet/ops/mask.hpp>
#include <linnet/ops/pooling.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>

#include "core/require.hpp"
#include "layers/floats.hpp"
#include "layers/spatial.hpp"
#include "ops/window.hpp"

namespace linnet::inline v0 {

namespace {

template <int N>
Value pooled(ops::PoolKind kind, const Value& input, const Sizes<N>& sizes,
             const std::optional<Sizes<N>>& strides, Padding padding, DataFormat format) {
  const Sizes<N> steps = strides.value_or(sizes), dense = 1;
  for (const Index size : sizes) detail::require({}, "pool_size", size, detail::kSize);
  for (const Index step : steps) detail::require({}, "strides", step, detail::kSize);
  if (padding == "causal") {
    detail::fail(ErrorCode::invalid_argument, "padding must be valid or same, got causal");
  }
  const Value x = detail::to_channels_last(input, format, N);
  auto window = detail::window_over(x.shape(), sizes, steps, dense, padding);
  window.dilations.clear();
  const ops::Pool op{kind, {sizes.begin(), sizes.end()}, std::move(window)};
  return detail::to_format(linnet::apply(op, {x}), format);
}

constexpr ops::ReduceKind reduction(Pooled kind) {
  return kind == Pooled::max ? ops::ReduceKind::max : ops::ReduceKind::mean;
}

/// The axes 1 .. N.
std::vector<Index> spatial_axes(int n) {
  std::vector<Index> axes;
  for (Index i = 1; i <= n; ++i) axes.push_back(i);
  return axes;
}

/// Error: an axis of positions that has none.
void require_positions(const Value& x) {
  for (int axis = 1; axis + 1 < x.shape().rank(); ++axis) {
    if (x.shape()[axis] != 0) continue;
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("cannot pool over no positions, got ", x.shape()));
  }
}

/// (batch, channels) with sizes of 1 where the positions were, if `keepdims`.
Value kept(Value y, int spatial, DataFormat format, bool keepdims) {
  for (int i = 0; keepdims && i < spatial; ++i) y = ops::expand_dims(y, 1);
  return keepdims ? detail::to_format(y, format) : y;
}

template <int N>
Value adapted(ops::ReduceKind kind, const Value& input, const Sizes<N>& counts, DataFormat format) {
  Value x = detail::to_channels_last(input, format, N);
  require_positions(x);
  for (int i = 0; i < N; ++i) {
    const Index count = counts[static_cast<std::size_t>(i)];
    detail::require({}, "output_size", count, detail::kPixels);
    x = ops::adaptive_reduce(kind, x, i + 1, count);
  }
  return detail::to_format(x, format);
}

}  // namespace

template <int N, Pooled kind>
Value Pooling<N, kind>::emit(Scope&, const Call& call) const {
  const auto pool = kind == Pooled::max ? ops::PoolKind::max : ops::PoolKind::average;
  return pooled(pool, detail::floats(call), pool_size, strides, padding, data_format);
}

template <int N, Pooled kind>
Value GlobalPooling<N, kind>::emit(Scope&, const Call& call) const {
  const Value x = detail::to_channels_last(detail::floats(call), data_format, N);
  // The mean over the words of a text without any is 0, as where all are masked.
  if (kind == Pooled::max || N > 1) require_positions(x);
  const bool masked = kind == Pooled::average && N == 1 && call.input().mask();
  const Value y = masked ? ops::masked_mean(x, call.input().mask())
                         : linnet::apply(ops::Reduce{reduction(kind), spatial_axes(N)}, {x});
  return kept(y, N, data_format, keepdims);
}

template <int N, Pooled kind>
Value AdaptivePooling<N, kind>::emit(Scope&, const Call& call) const {
  return adapted(reduction(kind), detail::floats(call), output_size, data_format);
}

#define LINNET_POOLING(N, kind)           \
  template struct Pooling<N, kind>;       \
  template struct GlobalPooling<N, kind>; \
  template struct AdaptivePooling<N, kind>
LINNET_POOLING(1, Pooled::max);
LINNET_POOLING(2, Pooled::max);
LINNET_POOLING(3, Pooled::max);
LINNET_POOLING(1, Pooled::average);
LINNET_POOLING(2, Pooled::average);
LINNET_POOLING(3, Pooled::average);
#undef LINNET_POOLING

}  // namespace linnet::inline v0
