#include <linnet/ops/metric.hpp>

#include "core/require.hpp"
#include "ops/check.hpp"

namespace linnet::inline v0::ops {

using detail::cat;
using detail::fail;

namespace {

/// One float32 for each row of y_pred, if the labels fit: by class if `classes`, by element if
/// `elements`.
Types matches(std::string_view where, std::span<const TensorType> inputs, bool by_class) {
  require_count(where, inputs, 2);
  const TensorType& y_true = inputs[0];
  const TensorType& y_pred = inputs[1];
  require_dtype(where, y_pred, DType::float32);
  if (y_pred.shape.rank() == 0) {
    fail(ErrorCode::shape_mismatch, cat(where, ": the output has no axis of classes"));
  }
  const Shape rows = y_pred.shape.without(-1);
  const bool is_float = y_true.dtype == DType::float32;
  const bool is_class = y_true.dtype == DType::int32 || y_true.dtype == DType::int64;
  const bool same = is_float && y_true.shape.fits(y_pred.shape);
  const bool fits =
      by_class ? is_class && (y_true.shape.fits(rows) || y_true.shape.fits(rows.joined({1})))
               : is_float && y_pred.shape.fits(rows.joined({1})) && y_true.shape.fits(rows);
  if (!same && !fits) {
    fail(ErrorCode::shape_mismatch,
         cat(where, ": labels ", y_true, " do not fit the output ", y_pred.shape));
  }
  return {{DType::float32, rows}};
}

}  // namespace

Types ArgMaxMatch::infer(std::span<const TensorType> inputs) const {
  return matches(kName, inputs, true);
}

Types InTopK::infer(std::span<const TensorType> inputs) const {
  detail::require(kName, "k", k, detail::kPositive);
  return matches(kName, inputs, true);
}

Types ThresholdMatch::infer(std::span<const TensorType> inputs) const {
  return matches(kName, inputs, false);
}

}  // namespace linnet::inline v0::ops
