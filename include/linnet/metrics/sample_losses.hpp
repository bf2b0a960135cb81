// Metrics that are hinge losses or divergences of samples.
#pragma once

#include <linnet/graph/op.hpp>
#include <linnet/ops/label_range.hpp>

namespace linnet::inline v0::metrics {

// All as the losses of their names.

struct Hinge {
  static constexpr const char* kName = "Hinge";
  static constexpr ops::LabelRange kLabels = {-1, 1};
  static constexpr bool kLargerIsBetter = false;
  std::string name = "hinge";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct SquaredHinge {
  static constexpr const char* kName = "SquaredHinge";
  static constexpr ops::LabelRange kLabels = {-1, 1};
  static constexpr bool kLargerIsBetter = false;
  std::string name = "squared_hinge";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct CategoricalHinge {
  static constexpr const char* kName = "CategoricalHinge";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = false;
  std::string name = "categorical_hinge";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct KLDivergence {
  static constexpr const char* kName = "KLDivergence";
  static constexpr ops::LabelRange kLabels = {0, 1};
  static constexpr bool kLargerIsBetter = false;
  static constexpr std::string_view kAliases[] = {"kld", "KLD", "kullback_leibler_divergence"};
  std::string name = "kl_divergence";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

struct Poisson {
  static constexpr const char* kName = "Poisson";
  static constexpr bool kLargerIsBetter = false;
  std::string name = "poisson";
  static void fields(auto& self, FieldVisitor& field) { field("name", self.name); }
  LINNET_API Value emit(const Value& y_true, const Value& y_pred) const;
};

}  // namespace linnet::inline v0::metrics
