// Functions that normalize, and attention.
#include <algorithm>
#include <cmath>
#include <linnet/ops/einsum.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/ops/softmax.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

using ops::UnaryKind;

std::vector<Index> axes_of(const Arguments& in) {
  return in.has("axis") ? in.axes("axis") : std::vector<Index>{-1};
}

/// 1 / sqrt(x + epsilon)
Value factor_of(const Value& x, double epsilon) {
  const Value root = ops::unary(UnaryKind::sqrt, ops::affine(x, 1, static_cast<float>(epsilon)));
  return ops::unary(UnaryKind::reciprocal, root);
}

/// A scale or offset over `axes` of x.
Value over_axes(const Value& given, const Value& x, std::vector<Index> axes) {
  const int rank = x.shape().rank();
  for (Index& axis : axes) axis = axis_of(axis, rank);
  std::vector<Index> sizes(static_cast<std::size_t>(rank), 1);
  for (const Index axis : axes) {
    sizes[static_cast<std::size_t>(axis)] = x.shape()[static_cast<int>(axis)];
  }
  return given.shape().rank() == rank ? given : ops::reshape(given, Shape(sizes));
}

/// (x - mean) / sqrt(variance + epsilon) gamma + beta
Values layer_normalization(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = axes_of(in);
  const bool scaled = in.flag("rms_scaling");
  const Value apart = ops::subtract(x, ops::reduce_mean(x, axes, true));
  const Value variance = ops::reduce_mean(ops::unary(UnaryKind::square, apart), axes, true);
  const Value factor = factor_of(variance, in.number("epsilon", 1e-7));
  Value y = ops::multiply(scaled ? x : apart, factor);
  if (in.has("gamma")) y = ops::multiply(y, over_axes(in.floats("gamma"), x, axes));
  if (in.has("beta") && !scaled) y = ops::add(y, over_axes(in.floats("beta"), x, axes));
  return {y};
}

/// x / sqrt(mean of x^2 + epsilon) scale
Values rms_normalization(const Arguments& in) {
  const Value x = in.floats("x");
  const Value squares = ops::reduce_mean(ops::unary(UnaryKind::square, x), axes_of(in), true);
  const Value y = ops::multiply(x, factor_of(squares, in.number("epsilon", 1e-7)));
  return {in.has("scale") ? ops::multiply(y, in.floats("scale")) : y};
}

/// (x - mean) / sqrt(variance + epsilon) scale + offset, all given along one axis.
Values batch_normalization(const Arguments& in) {
  const Value x = in.floats("x");
  const std::vector<Index> axes = in.integers("axis");
  const auto along = [&](std::string_view name) { return over_axes(in.floats(name), x, axes); };
  Value factor = factor_of(along("variance"), in.number("epsilon", 1e-3));
  if (in.has("scale")) factor = ops::multiply(factor, along("scale"));
  const Value y = ops::multiply(ops::subtract(x, along("mean")), factor);
  return {in.has("offset") ? ops::add(y, along("offset")) : y};
}

/// As many heads as the query has, each of x's several times.
Value with_heads(const Value& x, Index heads) {
  const Index own = x.shape()[2];
  if (own == heads) return x;
  if (own < 1 || heads % own != 0) {
    fail(ErrorCode::shape_mismatch, cat(own, " heads for ", heads, " heads of the query"));
  }
  std::vector<Index> ids;
  for (Index head = 0; head < few(heads, "heads"); ++head) ids.push_back(head / (heads / own));
  return taken(x, 2, ids);
}

/// softmax(query key^T scale + bias) value, of (batch, steps, heads, features).
Values attention(const Arguments& in) {
  const Value query = in.floats("query");
  if (query.shape().rank() != 4 || query.shape()[2] == any || query.shape()[3] == any) {
    fail(ErrorCode::shape_mismatch,
         cat("query: expected (batch, steps, heads, features), got ", query.shape()));
  }
  const Value key = with_heads(in.floats("key"), query.shape()[2]);
  const Value value = with_heads(in.floats("value"), query.shape()[2]);
  const double scale = in.number("scale", 1 / std::sqrt(static_cast<double>(query.shape()[3])));
  Value scores =
      ops::affine(ops::einsum("btnh,bsnh->bnts", {query, key}), static_cast<float>(scale));
  if (in.has("bias")) scores = ops::add(scores, in.floats("bias"));
  const auto keep = [&](const Value& mask) {
    scores = ops::select(mask, scores, ops::constant(-1e30f));
  };
  if (in.has("mask")) keep(ops::cast(in.value("mask"), DType::boolean));
  const Index queries = scores.shape()[2], keys = scores.shape()[3];
  if (in.flag("is_causal") && queries != any && keys != any) {
    keep(lower_triangle(queries, keys, 0));
  }
  in.find("flash_attention");
  return {ops::einsum("bnts,bsnh->btnh", {ops::softmax(scores), value})};
}

constexpr OperationInfo kNormalizationTable[] = {
    {"nn.LayerNorm", "x gamma beta", layer_normalization},
    {"nn.RMSNorm", "x scale", rms_normalization},
    {"nn.BatchNorm", "x mean variance offset scale", batch_normalization},
    {"nn.DotProductAttention", "query key value bias mask scale", attention},
};

}  // namespace

std::span<const OperationInfo> normalization_operations() { return kNormalizationTable; }

}  // namespace linnet::inline v0::detail
