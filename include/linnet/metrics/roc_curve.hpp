// RocCurve: what thresholds on a score find, and how to choose one.
#pragma once

#include <linnet/core/shape.hpp>
#include <span>
#include <vector>

namespace linnet::inline v0 {

/// What is found by taking the rows whose score is at least `threshold`.
struct RocPoint {
  float threshold = 0;
  double false_positive_rate = 0;  ///< the part of the negative rows that is taken
  double recall = 0;               ///< the part of the positive rows that is taken
};

/// The receiver operating characteristic: a point for every score that occurs, by falling
/// threshold, after a first one with an infinite threshold, which takes nothing.
class LINNET_API RocCurve {
 public:
  /// The scores of the positive and of the negative rows. There may be none of one kind: then its
  /// rate is 0 throughout. Error: invalid_argument: no scores; not_finite: a score that is NaN or
  /// infinite.
  RocCurve(std::span<const float> positive, std::span<const float> negative);

  const std::vector<RocPoint>& points() const { return points_; }
  /// The area under recall over false_positive_rate: how often a positive row has a higher score
  /// than a negative one, where ties count half. Error: bad_state: rows of one kind only.
  double auc() const;

  /// The highest threshold whose recall is at least this, in (0, 1]; so of those the one with the
  /// lowest false_positive_rate. Error: invalid_argument; bad_state: no positive rows.
  RocPoint at_recall(double recall) const;
  /// The point of the highest recall, and then the lowest false_positive_rate, whose
  /// false_positive_rate is at most this, in [0, 1]. Error: as above.
  RocPoint at_false_positive_rate(double rate) const;

 private:
  void require_positive(const char* where) const;

  std::vector<RocPoint> points_;
  Index positive_ = 0, negative_ = 0;
};

}  // namespace linnet::inline v0
