// Add and Concatenate: several inputs to one.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// The sum of two or more inputs, broadcast along axes of size 1. An input of smaller rank gets
/// axes of size 1 after its batch axis. A position is kept by the mask if any input keeps it.
struct Add {
  static constexpr const char* kName = "Add";

  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// The inputs one after the other along `axis`; all other sizes are equal. Masks are joined along
/// the time axis, or else a position is kept if all inputs keep it.
struct Concatenate {
  static constexpr const char* kName = "Concatenate";

  int axis = -1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

inline Value add(const Value& a, const Value& b) { return call(Add{}, {a, b}); }
inline Value concatenate(Values inputs, int axis = -1) {
  return call(Concatenate{.axis = axis}, std::move(inputs));
}

}  // namespace linnet::inline v0
