// CosineDecayRestarts: a learning rate that falls along a cosine, again and again.
#pragma once

#include <linnet/core/fields.hpp>

namespace linnet::inline v0::schedules {

/// Period i has first_decay_steps * t_mul^i steps and begins at initial_learning_rate * m_mul^i:
/// initial * ((1 - alpha) m_mul^i (1 + cos(pi x)) / 2 + alpha), x being the part of the period that
/// is over. Loshchilov and Hutter (2016), "SGDR".
struct CosineDecayRestarts {
  static constexpr const char* kName = "CosineDecayRestarts";
  float initial_learning_rate = 0.1f;
  Index first_decay_steps = 1000;
  float t_mul = 2, m_mul = 1, alpha = 0;
  std::string name = "SGDRDecay";
  static void fields(auto& self, FieldVisitor& field) {
    field("initial_learning_rate", self.initial_learning_rate);
    field("first_decay_steps", self.first_decay_steps);
    field("t_mul", self.t_mul);
    field("m_mul", self.m_mul);
    field("alpha", self.alpha);
    field("name", self.name);
  }
  LINNET_API void check() const;
  LINNET_API double at(Index step) const;
};

}  // namespace linnet::inline v0::schedules
