// R2Score: the share of the variance that the predictions explain.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>
#include <span>

namespace linnet::inline v0::metrics {

struct R2Aggregations {
  static constexpr std::string_view kName = "class_aggregation";
  static constexpr std::string_view kWords[] = {"uniform_average", "variance_weighted_average",
                                                "none"};
};

/// 1 - sum of (y_true - y_pred)^2 / sum of (y_true - its mean)^2, of each output; the mean of the
/// outputs, or their mean weighted by the second sum, or, with "none", all of them. With
/// num_regressors p > 0 of n numbers 1 - (1 - r) (n - 1) / (n - p - 1), if n - p > 1. y_true and
/// y_pred (batch, outputs).
struct R2Score {
  static constexpr const char* kName = "R2Score";
  static constexpr bool kLargerIsBetter = true;
  Choice<R2Aggregations> class_aggregation = "uniform_average";
  Index num_regressors = 0;
  std::string name = "r2_score";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("class_aggregation", self.class_aggregation);
    field("num_regressors", self.num_regressors);
  }
  /// Error: num_regressors below 0.
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
