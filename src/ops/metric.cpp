#include <cmath>
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

/// The columns of three float32 inputs of one shape.
Index columns_of_three(std::string_view where, std::span<const TensorType> inputs,
                       std::string_view columns) {
  require_floats(where, inputs, 3);
  const Shape& shape = inputs[0].shape;
  if (shape.rank() != 2 || !inputs[1].shape.fits(shape) || !inputs[2].shape.fits(shape)) {
    fail(ErrorCode::shape_mismatch, cat(where, ": expected three inputs (n, ", columns, "), got ",
                                        shape, ", ", inputs[1].shape, " and ", inputs[2].shape));
  }
  return shape[1];
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

Types KeepTopK::infer(std::span<const TensorType> inputs) const {
  require_floats(kName, inputs, 1);
  detail::require(kName, "k", k, detail::kPositive);
  require_axis(kName, -1, inputs[0].shape);
  return {inputs[0]};
}

Types ThresholdCounts::infer(std::span<const TensorType> inputs) const {
  const Index labels = columns_of_three(kName, inputs, "labels");
  return {{DType::float32, {4, static_cast<Index>(thresholds.size()), labels}}};
}

Types SquareSums::infer(std::span<const TensorType> inputs) const {
  return {{DType::float64, {4, columns_of_three(kName, inputs, "columns")}}};
}

bool ThresholdCounts::even() const {
  if (thresholds.size() < 3) return false;
  const auto last = static_cast<double>(thresholds.size() - 1);
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const double wanted = static_cast<double>(i) / last;
    if (std::abs(static_cast<double>(thresholds[i]) - wanted) > 2e-7 + 1e-5 * wanted) return false;
  }
  return true;
}

Types ClassCounts::infer(std::span<const TensorType> inputs) const {
  require_count(kName, inputs, 3);
  detail::require(kName, "classes", classes, detail::kPositive);
  require_dtype(kName, inputs[0], DType::int32);
  require_dtype(kName, inputs[1], DType::int32);
  require_dtype(kName, inputs[2], DType::float32);
  const Shape& shape = inputs[0].shape;
  if (shape.rank() != 1 || !inputs[1].shape.fits(shape) || !inputs[2].shape.fits(shape)) {
    fail(ErrorCode::shape_mismatch, cat(kName, ": expected three inputs (n), got ", shape, ", ",
                                        inputs[1].shape, " and ", inputs[2].shape));
  }
  return {{DType::float32, {classes, classes}}};
}

}  // namespace linnet::inline v0::ops
