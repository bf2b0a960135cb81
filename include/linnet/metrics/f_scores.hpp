// FBetaScore and F1Score: precision and recall in one number.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <span>

namespace linnet::inline v0::metrics {

struct ScoreAverages {
  static constexpr std::string_view kName = "average";
  static constexpr std::string_view kWords[] = {"none", "micro", "macro", "weighted"};
};

/// (1 + beta^2) precision recall / (beta^2 precision + recall) of each class: all of them ("none"),
/// their mean ("macro"), their mean weighted by the labels of each ("weighted"), or that of all
/// classes counted together ("micro"). A class is predicted where y_pred > threshold, without a
/// threshold where it is the largest. y_true, 0 or 1, and y_pred (batch, classes).
struct FBetaScore {
  static constexpr const char* kName = "FBetaScore";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  Choice<ScoreAverages> average = "none";
  float beta = 1;
  std::optional<float> threshold = {};
  std::string name = "fbeta_score";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("average", self.average);
    field("beta", self.beta);
    field("threshold", self.threshold);
  }
  /// Error: beta not positive, threshold outside (0, 1].
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

/// FBetaScore with beta 1.
struct F1Score {
  static constexpr const char* kName = "F1Score";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  Choice<ScoreAverages> average = "none";
  std::optional<float> threshold = {};
  std::string name = "f1_score";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("average", self.average);
    field("threshold", self.threshold);
  }
  LINNET_API void check() const;
  LINNET_API Index numbers(const Shape& y_pred) const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API std::vector<double> result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
