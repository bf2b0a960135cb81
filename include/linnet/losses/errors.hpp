// Losses for outputs that are numbers: squared, absolute, relative, Huber, cosine.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/losses/reduction.hpp>

namespace linnet::inline v0::losses {

// With e = y_pred - y_true, all but CosineSimilarity are means over the last axis. y_true and
// y_pred
// (..., outputs); for one output y_true may be (...). Error: shapes that differ.

/// e^2.
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

/// |e|.
struct MeanAbsoluteError {
  static constexpr const char* kName = "MeanAbsoluteError";
  static constexpr std::string_view kAliases[] = {"mae", "MAE"};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_absolute_error";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// 100 |e| / max(|y_true|, 1e-7).
struct MeanAbsolutePercentageError {
  static constexpr const char* kName = "MeanAbsolutePercentageError";
  static constexpr std::string_view kAliases[] = {"mape", "MAPE"};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_absolute_percentage_error";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// (log(1 + y_true) - log(1 + y_pred))^2, numbers below 1e-7 counting as that.
struct MeanSquaredLogarithmicError {
  static constexpr const char* kName = "MeanSquaredLogarithmicError";
  static constexpr std::string_view kAliases[] = {"msle", "MSLE"};
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_squared_logarithmic_error";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// e^2 / 2 for |e| up to delta, beyond delta |e| - delta^2 / 2. Huber (1964).
struct Huber {
  static constexpr const char* kName = "Huber";
  float delta = 1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "huber_loss";
  static void fields(auto& self, FieldVisitor& field) {
    field("delta", self.delta);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  /// Error: delta is not positive.
  LINNET_API void check() const;
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// log(cosh(e)): about e^2 / 2 for small e, |e| - log 2 for large.
struct LogCosh {
  static constexpr const char* kName = "LogCosh";
  Reduction reduction = "sum_over_batch_size";
  std::string name = "log_cosh";
  static void fields(auto& self, FieldVisitor& field) {
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The negative cosine of the angle between y_true and y_pred along `axis`: -1 for the same
/// direction, 0 for a right angle or a vector of zeros.
struct CosineSimilarity {
  static constexpr const char* kName = "CosineSimilarity";
  Index axis = -1;
  Reduction reduction = "sum_over_batch_size";
  std::string name = "cosine_similarity";
  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("reduction", self.reduction);
    field("name", self.name);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::losses
