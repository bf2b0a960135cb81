// MeanSquaredError: for outputs that are numbers.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>
#include <optional>

namespace linnet::inline v0::losses {

/// The mean over the last axis of (y_true - y_pred)^2. y_true and y_pred (..., outputs); for one
/// output y_true may be (...).
struct MeanSquaredError {
  static constexpr const char* kName = "MeanSquaredError";
  static constexpr std::string_view kAliases[] = {"mse", "MSE"};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_squared_error";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
