#include <cmath>
#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/metric.hpp>
#include <numeric>

#include "core/require.hpp"
#include "metrics/check_sums.hpp"

namespace linnet::inline v0::metrics {

void R2Score::check() const {
  linnet::detail::require(kName, "num_regressors", num_regressors, linnet::detail::kNotNegative);
}

Index R2Score::numbers(const Shape& y_pred) const {
  return class_aggregation == "none" && y_pred.rank() == 2 ? y_pred[1] : 1;
}

/// By output the weighted sums of t, t^2 and (t - p)^2, and of the weights; then the number of
/// elements.
Values R2Score::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  const Value t = ops::targets_like(kName, y_true, y_pred);
  if (t.shape().rank() != 2) {
    linnet::detail::fail(
        ErrorCode::shape_mismatch,
        linnet::detail::cat(kName, ": expected y_pred (batch, outputs), got ", y_pred.shape()));
  }
  return {linnet::apply(ops::SquareSums{}, {t, y_pred, ops::weights_like(weight, y_pred)}),
          ops::constant(static_cast<float>(t.shape().elements()))};
}

std::vector<double> R2Score::result(std::span<const double> sums) const {
  linnet::detail::check_sums(kName, sums.size() % 4 == 1 && sums.size() > 1);
  const std::size_t outputs = (sums.size() - 1) / 4;
  std::vector<double> scores(outputs), spreads(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    const double sum = sums[i], squares = sums[outputs + i];
    spreads[i] = squares - sum * sum / sums[3 * outputs + i];
    scores[i] = 1 - sums[2 * outputs + i] / spreads[i];
    if (std::isinf(scores[i])) scores[i] = 0;
  }
  if (class_aggregation == "uniform_average") {
    const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
    scores = {sum / static_cast<double>(outputs)};
  } else if (class_aggregation == "variance_weighted_average") {
    const double sum = std::inner_product(scores.begin(), scores.end(), spreads.begin(), 0.0);
    scores = {sum / std::accumulate(spreads.begin(), spreads.end(), 0.0)};
  }
  const double rest = sums.back() - static_cast<double>(num_regressors) - 1;
  if (num_regressors > 0 && rest > 0) {
    for (double& score : scores) score = 1 - (1 - score) * (sums.back() - 1) / rest;
  }
  return scores;
}

}  // namespace linnet::inline v0::metrics
