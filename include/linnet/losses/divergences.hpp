// Losses between distributions: KLDivergence, Poisson.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>

namespace linnet::inline v0::losses {

/// The sum over the last axis of t log(t / p), t and p being y_true and y_pred within [1e-7, 1].
/// y_true and y_pred (..., classes).
struct KLDivergence {
  static constexpr const char* kName = "KLDivergence";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr std::string_view kAliases[] = {"kld", "KLD", "kullback_leibler_divergence"};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "kl_divergence";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The mean over the last axis of y_pred - y_true log(y_pred + 1e-7): y_pred is the mean that is
/// expected of counts y_true. Both (..., outputs); for one output y_true may be (...).
struct Poisson {
  static constexpr const char* kName = "Poisson";
  Reduction reduction = "sum_over_batch_size";
  std::string name = "poisson";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
