#include <linnet/initializers.hpp>
#include <linnet/layers/attention.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/ops/activation.hpp>
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "layers/attention_parts.hpp"

namespace linnet::inline v0 {

using detail::AttentionInputs;

namespace {

/// query + key for each pair of positions: (batch, T, S, dim).
Value pairs_of(const AttentionInputs& in) {
  const int rank = in.query.shape().rank();
  return ops::add(ops::expand_dims(in.query, rank - 1), ops::expand_dims(in.key, rank - 2));
}

Value tanh_of(const Value& x) { return ops::activate(ops::ActivationKind::tanh, x); }

/// What both layers make of their scores (batch, T, S).
Values attended(const auto& layer, Scope& scope, const AttentionInputs& in, const Value& scores) {
  constexpr float kFarDown = -1e9f;
  const int rank = scores.shape().rank();
  const Value band =
      detail::band_mask(scores.shape()[-2], scores.shape()[-1], layer.use_causal_mask, {});
  Value mask = in.value.mask();
  if (mask) mask = ops::expand_dims(mask, 1);
  mask = detail::widened_mask(detail::both_masks(mask, band), 2, rank);
  const Value masked = mask ? ops::select(mask, scores, ops::affine(scores, 1, kFarDown)) : scores;
  const Value weights =
      Dropout{.rate = layer.dropout, .seed = layer.seed}.emit(scope, {{ops::softmax(masked)}});
  Value y = ops::einsum("...ts,...sd->...td", {weights, in.value});
  if (Value kept = in.query.mask()) {
    while (kept.shape().rank() < rank) kept = ops::expand_dims(kept, kept.shape().rank());
    y = ops::select(kept, y, ops::constant(0.0f)).with_mask(in.query.mask());
  }
  return layer.return_attention_scores ? Values{y, weights} : Values{y};
}

AttentionInputs inputs_without_mask(const Call& call) {
  AttentionInputs in = detail::attention_inputs(call);
  if (in.mask) {
    detail::fail(ErrorCode::invalid_argument,
                 "takes query, value and key, but no mask beside them");
  }
  if (!in.query.shape()
           .slice(in.query.shape().rank() - 1, in.query.shape().rank())
           .fits(in.key.shape().slice(in.key.shape().rank() - 1, in.key.shape().rank()))) {
    detail::fail(ErrorCode::shape_mismatch, detail::cat("query and key differ on their last axis: ",
                                                        in.query.shape(), " and ", in.key.shape()));
  }
  return in;
}

}  // namespace

Values Attention::emit(Scope& scope, const Call& call) const {
  const AttentionInputs in = inputs_without_mask(call);
  Value scale, factor;
  if (use_scale) scale = scope.parameter("scale", {}, Initializer("ones"));
  if (score_mode == "concat") {
    factor = scope.parameter("concat_score_weight", {}, Initializer("ones"));
    const Value pairs = pairs_of(in);
    const Value sum = ops::reduce_sum(tanh_of(scale ? ops::multiply(pairs, scale) : pairs), {-1});
    return attended(*this, scope, in, ops::multiply(sum, factor));
  }
  const Value scores = ops::einsum("...td,...sd->...ts", {in.query, in.key});
  return attended(*this, scope, in, scale ? ops::multiply(scores, scale) : scores);
}

Values AdditiveAttention::emit(Scope& scope, const Call& call) const {
  const AttentionInputs in = inputs_without_mask(call);
  Value pairs = tanh_of(pairs_of(in));
  if (use_scale) {
    pairs = ops::multiply(
        pairs, scope.parameter("scale", {in.query.shape()[-1]}, Initializer("glorot_uniform")));
  }
  return attended(*this, scope, in, ops::reduce_sum(pairs, {-1}));
}

}  // namespace linnet::inline v0
