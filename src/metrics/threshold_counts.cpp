#include "metrics/threshold_counts.hpp"

#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>
#include <linnet/ops/shape.hpp>

namespace linnet::inline v0::detail {

Value count_by_threshold(std::string_view where, const Value& y_true, const Value& y_pred,
                         const Value& weight, const Counted& counted) {
  Value t = ops::targets_like(where, y_true, y_pred), p = y_pred;
  const Index labels = p.shape()[-1];
  if (counted.top_k) p = apply(ops::KeepTopK{*counted.top_k}, {p});
  if (counted.class_id) {
    if (*counted.class_id >= labels) {
      fail(ErrorCode::out_of_range,
           cat(where, ": class_id ", *counted.class_id, " of an output of ", labels,
               labels == 1 ? " class" : " classes"));
    }
    t = ops::slice(t, -1, *counted.class_id, 1);
    p = ops::slice(p, -1, *counted.class_id, 1);
  }
  Value w = ops::weights_like(weight, p);
  if (!counted.label_weights.empty()) {
    const auto count = static_cast<Index>(counted.label_weights.size());
    if (count != labels) {
      fail(ErrorCode::shape_mismatch,
           cat(where, ": ", count, " label_weights for ", labels, " labels"));
    }
    if (!counted.by_label) {
      w = ops::multiply(w, ops::constant(Tensor::of<float>({count}, counted.label_weights)));
    }
  }
  const Shape flat{any, counted.by_label ? labels : 1};
  return apply(ops::ThresholdCounts{counted.thresholds},
               {ops::reshape(t, flat), ops::reshape(p, flat), ops::reshape(w, flat)});
}

std::vector<float> spread_thresholds(Index count) {
  if (count == 1) return {0.5f};
  std::vector<float> thresholds;
  for (Index i = 0; i < count; ++i) {
    thresholds.push_back(
        static_cast<float>(static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  return thresholds;
}

}  // namespace linnet::inline v0::detail
