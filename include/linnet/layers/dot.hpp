// Dot: products of two inputs, summed along an axis.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// One axis for both inputs of Dot, or one for each:  .axes = -1    .axes = {1, 2}
class DotAxes {
 public:
  DotAxes(int both) : first_(both), second_(both) {}
  DotAxes(int first, int second) : first_(first), second_(second), pair_(true) {}

  int first() const { return first_; }
  int second() const { return second_; }

  /// A number, or a list of two.
  LINNET_API Config to_config() const;
  LINNET_API static DotAxes from_config(const Config& config);

 private:
  int first_, second_;
  bool pair_ = false;
};

/// The products of two inputs, summed along one axis of each (of equal size, not the batch axis):
/// (batch, a..., b...), where a... and b... are the other axes of the inputs; (batch, 1) if there
/// are none. With normalize, both inputs are divided by their length along that axis, so that the
/// sum is the cosine of their angle.
struct Dot {
  static constexpr const char* kName = "Dot";

  DotAxes axes = -1;
  bool normalize = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axes", self.axes);
    field("normalize", self.normalize);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
