// PiecewiseConstantDecay: a learning rate that changes at given steps.
#pragma once

#include <linnet/core/fields.hpp>

namespace linnet::inline v0::schedules {

/// values[i] up to and including step boundaries[i], the last value after them all. Error: not one
/// value more than boundaries, or boundaries that do not rise.
struct PiecewiseConstantDecay {
  static constexpr const char* kName = "PiecewiseConstantDecay";
  std::vector<Index> boundaries = {};
  std::vector<float> values = {};
  std::string name = "PiecewiseConstant";
  static void fields(auto& self, FieldVisitor& field) {
    field("boundaries", self.boundaries);
    field("values", self.values);
    field("name", self.name);
  }
  LINNET_API void check() const;
  LINNET_API double at(Index step) const;
};

}  // namespace linnet::inline v0::schedules
