// Hinge losses: for outputs that are margins.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <linnet/ops/label_range.hpp>

namespace linnet::inline v0::losses {

/// The mean over the last axis of max(1 - t y_pred, 0). t = y_true is -1 or 1; if the labels of a
/// whole batch are 0 and 1, 2 y_true - 1 is taken. y_true and y_pred (..., outputs); for one output
/// y_true may be (...).
struct Hinge {
  static constexpr const char* kName = "Hinge";
  static constexpr ops::LabelRange kLabels = {-1, 1};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "hinge";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The same of max(1 - t y_pred, 0)^2.
struct SquaredHinge {
  static constexpr const char* kName = "SquaredHinge";
  static constexpr ops::LabelRange kLabels = {-1, 1};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "squared_hinge";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// max(the largest y_pred of the other classes - y_pred of the right one + 1, 0); the score of a
/// class that does not count is 0. y_true, one-hot, and y_pred (..., classes).
struct CategoricalHinge {
  static constexpr const char* kName = "CategoricalHinge";
  static constexpr ops::LabelRange kLabels = {0, 1};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_hinge";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
