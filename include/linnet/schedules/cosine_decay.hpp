// CosineDecay: a learning rate that may warm up and then falls along a cosine.
#pragma once

#include <linnet/core/fields.hpp>

namespace linnet::inline v0::schedules {

/// With a warmup_target: from initial_learning_rate to the target in a line over warmup_steps, then
/// target * ((1 - alpha) (1 + cos(pi x)) / 2 + alpha), x being the part of decay_steps that is
/// over. Without: the second part alone, from initial_learning_rate. Loshchilov and Hutter (2016),
/// "SGDR".
struct CosineDecay {
  static constexpr const char* kName = "CosineDecay";
  float initial_learning_rate = 0.1f;
  Index decay_steps = 1000;
  float alpha = 0;
  std::string name = "CosineDecay";
  std::optional<float> warmup_target = {};
  Index warmup_steps = 0;
  static void fields(auto& self, FieldVisitor& field) {
    field("initial_learning_rate", self.initial_learning_rate);
    field("decay_steps", self.decay_steps);
    field("alpha", self.alpha);
    field("name", self.name);
    field("warmup_target", self.warmup_target);
    field("warmup_steps", self.warmup_steps);
  }
  LINNET_API void check() const;
  LINNET_API double at(Index step) const;
};

}  // namespace linnet::inline v0::schedules
