// Softmax: shares that sum to 1.
#pragma once

#include <linnet/graph/layer.hpp>
#include <vector>

namespace linnet::inline v0 {

/// e^x over its sum along `axis`, or over several axes together; positions that a mask of x's rank
/// drops get 0. Error: no axis, one that x has not, or one twice.
struct Softmax {
  static constexpr const char* kName = "Softmax";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::vector<Index> axis = {-1};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("axis", self.axis);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
