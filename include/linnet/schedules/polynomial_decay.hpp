// PolynomialDecay: a learning rate that falls along a power of the time.
#pragma once

#include <linnet/core/fields.hpp>

namespace linnet::inline v0::schedules {

/// (initial - end) * (1 - step / decay_steps) ^ power + end, and end from decay_steps on; with
/// cycle decay_steps is extended to its next multiple instead.
struct PolynomialDecay {
  static constexpr const char* kName = "PolynomialDecay";
  float initial_learning_rate = 0.1f;
  Index decay_steps = 1000;
  float end_learning_rate = 0.0001f;
  float power = 1;
  bool cycle = false;
  std::string name = "PolynomialDecay";
  static void fields(auto& self, FieldVisitor& field) {
    field("initial_learning_rate", self.initial_learning_rate);
    field("decay_steps", self.decay_steps);
    field("end_learning_rate", self.end_learning_rate);
    field("power", self.power);
    field("cycle", self.cycle);
    field("name", self.name);
  }
  LINNET_API void check() const;
  LINNET_API double at(Index step) const;
};

}  // namespace linnet::inline v0::schedules
