// Constraints on weights: MaxNorm, MinMaxNorm, NonNeg, UnitNorm.
#pragma once

#include <initializer_list>
#include <linnet/graph/op.hpp>
#include <vector>

namespace linnet::inline v0::constraints {

/// One axis or several, over which a norm is taken.
struct NormAxes {
  std::vector<Index> axes = {0};

  NormAxes() = default;
  NormAxes(Index axis) : axes{axis} {}
  NormAxes(std::initializer_list<Index> list) : axes(list) {}
  /// A number for one axis, else a list, as Keras writes them.
  LINNET_API Config to_config() const;
  LINNET_API static NormAxes from_config(const Config& config);
};

// In all: w times wanted / (1e-7 + norm), norm being the square root of the sum of w^2 over `axis`.

/// wanted = min(norm, max_value). Srivastava et al. (2014), "Dropout".
struct MaxNorm {
  static constexpr const char* kName = "MaxNorm";
  float max_value = 2;
  NormAxes axis = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("max_value", self.max_value);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Value constrain(const Value& w) const;
};

/// Error: bounds that are negative or the wrong way round, rate outside [0, 1].
/// wanted = rate clip(norm, min_value, max_value) + (1 - rate) norm.
struct MinMaxNorm {
  static constexpr const char* kName = "MinMaxNorm";
  float min_value = 0, max_value = 1, rate = 1;
  NormAxes axis = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("min_value", self.min_value);
    field("max_value", self.max_value);
    field("rate", self.rate);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Value constrain(const Value& w) const;
};

/// max(w, 0); no norm.
struct NonNeg {
  static constexpr const char* kName = "NonNeg";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Value constrain(const Value& w) const;
};

/// wanted = 1.
struct UnitNorm {
  static constexpr const char* kName = "UnitNorm";
  NormAxes axis = {};
  static void fields(auto& self, FieldVisitor& field) { field("axis", self.axis); }
  LINNET_API Value constrain(const Value& w) const;
};

}  // namespace linnet::inline v0::constraints
