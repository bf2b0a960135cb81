// ReLU, LeakyReLU, ELU: activations with settings, as layers.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/ops/activation.hpp>
#include <optional>

namespace linnet::inline v0 {

/// min(x, max_value) above the threshold, negative_slope * (x - threshold) up to it.
struct ReLU {
  static constexpr const char* kName = "ReLU";
  static constexpr MaskRule kMask = MaskRule::pass;

  std::optional<float> max_value = {};
  float negative_slope = 0;
  float threshold = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("max_value", self.max_value);
    field("negative_slope", self.negative_slope);
    field("threshold", self.threshold);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// x, for negative x negative_slope * x.
struct LeakyReLU {
  static constexpr const char* kName = "LeakyReLU";
  static constexpr MaskRule kMask = MaskRule::pass;

  float negative_slope = 0.3f;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("negative_slope", self.negative_slope);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// x, for negative x alpha * (e^x - 1).
struct ELU {
  static constexpr const char* kName = "ELU";
  static constexpr MaskRule kMask = MaskRule::pass;

  float alpha = 1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("alpha", self.alpha);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
