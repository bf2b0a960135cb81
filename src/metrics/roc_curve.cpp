#include <algorithm>
#include <cmath>
#include <limits>
#include <linnet/metrics/roc_curve.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

struct Scored {
  float score;
  bool positive;
};

double part_of(Index taken, Index all) {
  return all == 0 ? 0 : static_cast<double>(taken) / static_cast<double>(all);
}

void require_rate(const char* where, double rate) {
  if (rate >= 0 && rate <= 1) return;
  fail(ErrorCode::invalid_argument, cat(where, ": expected a number in [0, 1], got ", rate));
}

}  // namespace

RocCurve::RocCurve(std::span<const float> positive, std::span<const float> negative)
    : positive_(static_cast<Index>(positive.size())),
      negative_(static_cast<Index>(negative.size())) {
  std::vector<Scored> rows;
  for (const float score : positive) rows.push_back({score, true});
  for (const float score : negative) rows.push_back({score, false});
  if (rows.empty()) fail(ErrorCode::invalid_argument, "RocCurve: there are no scores");
  for (const Scored& row : rows) {
    if (!std::isfinite(row.score)) {
      fail(ErrorCode::not_finite, cat("RocCurve: a score is ", row.score));
    }
  }
  std::ranges::sort(rows, std::ranges::greater(), &Scored::score);
  points_.push_back({.threshold = std::numeric_limits<float>::infinity()});
  Index taken[2] = {};  // negative, positive
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ++taken[rows[i].positive ? 1 : 0];
    if (i + 1 < rows.size() && rows[i + 1].score == rows[i].score) continue;
    points_.push_back({.threshold = rows[i].score,
                       .false_positive_rate = part_of(taken[0], negative_),
                       .recall = part_of(taken[1], positive_)});
  }
}

double RocCurve::auc() const {
  if (positive_ == 0 || negative_ == 0) {
    fail(ErrorCode::bad_state, cat("RocCurve::auc: needs rows of both kinds, got ", positive_,
                                   " positive and ", negative_, " negative"));
  }
  double area = 0;
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const RocPoint &before = points_[i - 1], &here = points_[i];
    area +=
        (here.false_positive_rate - before.false_positive_rate) * (here.recall + before.recall) / 2;
  }
  return area;
}

RocPoint RocCurve::at_recall(double recall) const {
  require_rate("RocCurve::at_recall", recall);
  require_positive("RocCurve::at_recall");
  const auto found = std::ranges::find_if(
      points_, [&](const RocPoint& p) { return p.recall >= recall && p.recall > 0; });
  return found == points_.end() ? points_.back() : *found;
}

RocPoint RocCurve::at_false_positive_rate(double rate) const {
  require_rate("RocCurve::at_false_positive_rate", rate);
  require_positive("RocCurve::at_false_positive_rate");
  RocPoint best = points_.front();
  for (const RocPoint& point : points_) {
    if (point.false_positive_rate <= rate && point.recall > best.recall) best = point;
  }
  return best;
}

void RocCurve::require_positive(const char* where) const {
  if (positive_ > 0) return;
  fail(ErrorCode::bad_state, cat(where, ": there are no positive rows"));
}

}  // namespace linnet::inline v0
