// Penalties on weights or outputs: L1, L2, L1L2, OrthogonalRegularizer.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/graph/op.hpp>

namespace linnet::inline v0::regularizers {

// Error in all: a factor that is negative or not finite.

/// l1 times the sum of |w|.
struct L1 {
  static constexpr const char* kName = "L1";
  float l1 = 0.01f;
  static void fields(auto& self, FieldVisitor& field) { field("l1", self.l1); }
  LINNET_API void check() const;
  LINNET_API Value penalty(const Value& w) const;
};

/// l2 times the sum of w^2.
struct L2 {
  static constexpr const char* kName = "L2";
  float l2 = 0.01f;
  static void fields(auto& self, FieldVisitor& field) { field("l2", self.l2); }
  LINNET_API void check() const;
  LINNET_API Value penalty(const Value& w) const;
};

/// The sum of both.
struct L1L2 {
  static constexpr const char* kName = "L1L2";
  static constexpr std::string_view kAliases[] = {"l1_l2"};
  float l1 = 0, l2 = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("l1", self.l1);
    field("l2", self.l2);
  }
  LINNET_API void check() const;
  LINNET_API Value penalty(const Value& w) const;
};

struct OrthogonalModes {
  static constexpr std::string_view kName = "mode", kWords[] = {"rows", "columns"};
};

/// factor times the mean of |a . b| over all pairs of rows (or columns) a, b of a matrix, each of
/// length 1. Error: not a matrix, or a number of rows that is not known.
struct OrthogonalRegularizer {
  static constexpr const char* kName = "OrthogonalRegularizer";
  float factor = 0.01f;
  Choice<OrthogonalModes> mode = "rows";
  static void fields(auto& self, FieldVisitor& field) {
    field("factor", self.factor);
    field("mode", self.mode);
  }
  LINNET_API void check() const;
  LINNET_API Value penalty(const Value& w) const;
};

}  // namespace linnet::inline v0::regularizers
