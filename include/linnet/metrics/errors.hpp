// Metrics of outputs that are numbers: means of errors and correlations.
#pragma once

#include <linnet/graph/op.hpp>
#include <span>

namespace linnet::inline v0::metrics {

// All but RootMeanSquaredError are means of the numbers that samples have. y_true and y_pred
// (..., outputs); for one output y_true may be (...).

/// As the loss of this name; so the next ones.
struct MeanSquaredError {
  static constexpr const char* kName = "MeanSquaredError";
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"mse", "MSE"};
  std::string name = "mean_squared_error";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct MeanAbsoluteError {
  static constexpr const char* kName = "MeanAbsoluteError";
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"mae", "MAE"};
  std::string name = "mean_absolute_error";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct MeanAbsolutePercentageError {
  static constexpr const char* kName = "MeanAbsolutePercentageError";
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"mape", "MAPE"};
  std::string name = "mean_absolute_percentage_error";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct MeanSquaredLogarithmicError {
  static constexpr const char* kName = "MeanSquaredLogarithmicError";
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"msle", "MSLE"};
  std::string name = "mean_squared_logarithmic_error";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// As the loss LogCosh.
struct LogCoshError {
  static constexpr const char* kName = "LogCoshError";
  static constexpr bool kLargerIsBetter = false;
  std::string name = "logcosh";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The square root of the mean of (y_true - y_pred)^2.
struct RootMeanSquaredError {
  static constexpr const char* kName = "RootMeanSquaredError";
  static constexpr bool kLargerIsBetter = false;
  std::string name = "root_mean_squared_error";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// The cosine of the angle between y_true and y_pred along `axis`.
struct CosineSimilarity {
  static constexpr const char* kName = "CosineSimilarity";
  static constexpr bool kLargerIsBetter = true;
  Index axis = -1;
  std::string name = "cosine_similarity";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("axis", self.axis);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The correlation of y_true and y_pred along `axis`; NaN where one of them is constant.
struct PearsonCorrelation {
  static constexpr const char* kName = "PearsonCorrelation";
  static constexpr bool kLargerIsBetter = true;
  Index axis = -1;
  std::string name = "pearson_correlation";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("axis", self.axis);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

/// The mean along `axis` of 2 (y_true - p) (y_pred - p) / (var(y_true) + var(y_pred) + (t - p)^2 +
/// 1e-7), t and p being the means of y_true and y_pred. Lin (1989).
struct ConcordanceCorrelation {
  static constexpr const char* kName = "ConcordanceCorrelation";
  static constexpr bool kLargerIsBetter = true;
  Index axis = -1;
  std::string name = "concordance_correlation";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("axis", self.axis);
  }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::metrics
