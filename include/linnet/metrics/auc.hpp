// AUC: the area under a curve of rates over all thresholds.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>
#include <optional>
#include <span>
#include <vector>

namespace linnet::inline v0::metrics {

struct AucCurves {
  static constexpr std::string_view kName = "curve", kWords[] = {"ROC", "PR", "PRGAIN"};
};
struct AucSummations {
  static constexpr std::string_view kName = "summation_method";
  static constexpr std::string_view kWords[] = {"interpolation", "minoring", "majoring"};
};

/// The area under recall over the rate of false positives (ROC), precision over recall (PR), or
/// both as gains over chance (PRGAIN), as a sum over thresholds: num_thresholds that are evenly
/// spaced, or those given with one below 0 and one above 1. Between two of them the curve is their
/// mean, or the smaller or larger end (PR interpolates counts: Davis and Goadrich (2006)). y_true,
/// 0 or 1, and y_pred
/// (..., labels), probabilities or logits; with multi_label the mean of the areas of the labels,
/// weighted by label_weights, else these weigh the elements. num_labels is only written and read.
struct AUC {
  static constexpr const char* kName = "AUC";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = true;
  Index num_thresholds = 200;
  Choice<AucCurves> curve = "ROC";
  Choice<AucSummations> summation_method = "interpolation";
  std::optional<std::vector<float>> thresholds = {};
  bool multi_label = false;
  std::optional<Index> num_labels = {};
  std::optional<std::vector<float>> label_weights = {};
  bool from_logits = false;
  std::string name = "auc";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("num_thresholds", self.num_thresholds);
    field("curve", self.curve);
    field("summation_method", self.summation_method);
    field("thresholds", self.thresholds);
    field("multi_label", self.multi_label);
    field("num_labels", self.num_labels);
    field("label_weights", self.label_weights);
    field("from_logits", self.from_logits);
  }
  /// Error: num_thresholds not from 2 to 100000, thresholds outside [0, 1], weights below 0.
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
