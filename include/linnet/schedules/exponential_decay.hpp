// ExponentialDecay: a learning rate that falls by the same factor again and again.
#pragma once

#include <linnet/core/fields.hpp>

namespace linnet::inline v0::schedules {

/// initial_learning_rate * decay_rate ^ (step / decay_steps); with staircase the exponent is
/// rounded down.
struct ExponentialDecay {
  static constexpr const char* kName = "ExponentialDecay";
  float initial_learning_rate = 0.1f;
  Index decay_steps = 1000;
  float decay_rate = 0.96f;
  bool staircase = false;
  std::string name = "ExponentialDecay";
  static void fields(auto& self, FieldVisitor& field) {
    field("initial_learning_rate", self.initial_learning_rate);
    field("decay_steps", self.decay_steps);
    field("decay_rate", self.decay_rate);
    field("staircase", self.staircase);
    field("name", self.name);
  }
  LINNET_API void check() const;
  LINNET_API double at(Index step) const;
};

}  // namespace linnet::inline v0::schedules
