// Layers that make one value of several: Add and its kin, element by element, and Concatenate.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

enum class MergeKind : std::uint8_t { add, subtract, multiply, average, maximum, minimum };

namespace detail {
constexpr const char* merge_name(MergeKind kind) {
  constexpr const char* kNames[] = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"};
  return kNames[static_cast<int>(kind)];
}
}  // namespace detail

/// Two or more inputs (Subtract: two) element by element, broadcast along axes of size 1. An input
/// of smaller rank gets axes of size 1 after its batch axis. If all inputs have masks, a position
/// is kept that any of them keeps. What a mask leaves out counts as 1 for Multiply, and where all
/// leave out, its output is 0.
template <MergeKind kKind>
struct Merge {
  static constexpr const char* kName = detail::merge_name(kKind);

  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

using Add = Merge<MergeKind::add>;
using Subtract = Merge<MergeKind::subtract>;
using Multiply = Merge<MergeKind::multiply>;
using Average = Merge<MergeKind::average>;
using Maximum = Merge<MergeKind::maximum>;
using Minimum = Merge<MergeKind::minimum>;

/// The inputs one after the other along `axis`; all other sizes are equal. Masks are joined along
/// the time axis, or else a position is kept if any input keeps it.
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
inline Value multiply(const Value& a, const Value& b) { return call(Multiply{}, {a, b}); }
inline Value concatenate(Values inputs, int axis = -1) {
  return call(Concatenate{.axis = axis}, std::move(inputs));
}

}  // namespace linnet::inline v0
