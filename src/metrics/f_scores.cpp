#include <linnet/metrics.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/loss.hpp>
#include <linnet/ops/reduce.hpp>
#include <numeric>

#include "core/require.hpp"
#include "metrics/check_sums.hpp"

namespace linnet::inline v0::metrics {

namespace {

using ops::CompareKind;

constexpr double kLeast = 1e-7;
constexpr linnet::detail::Range kAboveZeroToOne{0, 1, false, true};

/// 1 where a class is predicted, else 0.
Value predicted(const Value& y_pred, const std::optional<float>& threshold) {
  Value yes;
  if (threshold) {
    yes = ops::compare(CompareKind::less, ops::constant(*threshold), y_pred);
  } else {
    const Value largest =
        ops::compare(CompareKind::less_equal, ops::reduce_max(y_pred, {-1}, true), y_pred);
    const Value present = ops::compare(CompareKind::less, ops::constant(1e-9f),
                                       ops::unary(ops::UnaryKind::abs, y_pred));
    yes = ops::compare(CompareKind::logical_and, largest, present);
  }
  return ops::cast(yes, DType::float32);
}

// Of a score, FBetaScore or F1Score:

Index score_count(const auto& score, const Shape& y_pred) {
  return score.average == "none" && y_pred.rank() == 2 ? y_pred[1] : 1;
}

/// By class, true positives, false positives, false negatives, labels.
Values score_sums(const auto& score, const Value& y_true, const Value& y_pred,
                  const Value& weight) {
  const Value t = ops::targets_like(score.kName, y_true, y_pred);
  if (t.shape().rank() != 2) {
    linnet::detail::fail(
        ErrorCode::shape_mismatch,
        linnet::detail::cat(score.kName, ": expected y_pred (batch, classes), got ",
                            y_pred.shape()));
  }
  const Value w = ops::weights_like(weight, y_pred);
  const Value p = predicted(y_pred, score.threshold);
  const auto sum = [&](const Value& x) {
    const Value weighted = ops::multiply(x, w);
    return score.average == "micro" ? ops::reduce_sum(weighted) : ops::reduce_sum(weighted, {0});
  };
  const Value not_t = ops::affine(t, -1, 1), not_p = ops::affine(p, -1, 1);
  return {sum(ops::multiply(p, t)), sum(ops::multiply(p, not_t)), sum(ops::multiply(not_p, t)),
          sum(t)};
}

std::vector<double> score_results(const auto& score, float beta, std::span<const double> sums) {
  linnet::detail::check_sums(score.kName, sums.size() % 4 == 0 && !sums.empty());
  const std::size_t classes = sums.size() / 4;
  const auto support = sums.last(classes);
  const double square = static_cast<double>(beta) * static_cast<double>(beta);
  std::vector<double> scores(classes);
  for (std::size_t i = 0; i < classes; ++i) {
    const double hits = sums[i];
    const double precision = hits / (hits + sums[classes + i] + kLeast);
    const double recall = hits / (hits + sums[2 * classes + i] + kLeast);
    scores[i] = (1 + square) * precision * recall / (square * precision + recall + kLeast);
  }
  if (score.average == "none") return scores;
  if (score.average == "weighted") {
    const double all = std::accumulate(support.begin(), support.end(), 0.0);
    const double sum = std::inner_product(scores.begin(), scores.end(), support.begin(), 0.0);
    return {sum / (all + kLeast)};
  }
  return {std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(classes)};
}

}  // namespace

void FBetaScore::check() const {
  linnet::detail::require(kName, "beta", beta, linnet::detail::kPositive);
  linnet::detail::require(kName, "threshold", threshold, kAboveZeroToOne);
}

Index FBetaScore::numbers(const Shape& y_pred) const { return score_count(*this, y_pred); }

Values FBetaScore::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return score_sums(*this, y_true, y_pred, weight);
}
std::vector<double> FBetaScore::result(std::span<const double> sums) const {
  return score_results(*this, beta, sums);
}

void F1Score::check() const {
  linnet::detail::require(kName, "threshold", threshold, kAboveZeroToOne);
}
Index F1Score::numbers(const Shape& y_pred) const { return score_count(*this, y_pred); }
Values F1Score::sums(const Value& y_true, const Value& y_pred, const Value& weight) const {
  return score_sums(*this, y_true, y_pred, weight);
}
std::vector<double> F1Score::result(std::span<const double> sums) const {
  return score_results(*this, 1, sums);
}

}  // namespace linnet::inline v0::metrics
