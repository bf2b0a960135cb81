// How confusions are counted by thresholds: the op's inputs, and its output as rates.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>
#include <span>
#include <vector>

namespace linnet::inline v0::detail {

/// What is counted, of y_true and y_pred (..., classes).
struct Counted {
  std::vector<float> thresholds;
  std::optional<Index> top_k = {}, class_id = {};
  bool by_label = false;                  ///< each label by itself
  std::vector<float> label_weights = {};  ///< factors on elements by label
};

/// ops::ThresholdCounts of these elements. Error, with `where`: shapes that do not fit.
Value count_by_threshold(std::string_view where, const Value& y_true, const Value& y_pred,
                         const Value& weight, const Counted& counted);

inline constexpr double kMostThresholds = 100000;

/// Evenly spaced from 0 to 1; of one, 0.5.
std::vector<float> spread_thresholds(Index count);

inline double ratio(double part, double whole) { return whole == 0 ? 0.0 : part / whole; }

/// The counts of label `label` of `labels`, by threshold.
class Counts {
 public:
  explicit Counts(std::span<const double> sums, std::size_t label = 0, std::size_t labels = 1)
      : sums_(sums), label_(label), labels_(labels) {}
  std::size_t size() const { return sums_.size() / 4 / labels_; }
  double true_positives(std::size_t i) const { return at(0, i); }
  double false_positives(std::size_t i) const { return at(1, i); }
  double true_negatives(std::size_t i) const { return at(2, i); }
  double false_negatives(std::size_t i) const { return at(3, i); }
  double positives(std::size_t i) const { return at(0, i) + at(3, i); }
  double negatives(std::size_t i) const { return at(1, i) + at(2, i); }

  double precision(std::size_t i) const { return ratio(at(0, i), at(0, i) + at(1, i)); }
  double recall(std::size_t i) const { return ratio(at(0, i), positives(i)); }
  double specificity(std::size_t i) const { return ratio(at(2, i), negatives(i)); }
  double false_positive_rate(std::size_t i) const { return ratio(at(1, i), negatives(i)); }

 private:
  double at(std::size_t kind, std::size_t i) const {
    return sums_[(kind * size() + i) * labels_ + label_];
  }
  std::span<const double> sums_;
  std::size_t label_, labels_;
};

}  // namespace linnet::inline v0::detail
