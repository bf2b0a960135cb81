// GaussianNoise, GaussianDropout, AlphaDropout: noise while training.
#pragma once

#include <linnet/graph/layer.hpp>
#include <optional>

namespace linnet::inline v0 {

/// While training y = x + e with e normal, of mean 0 and deviation `stddev`; else y = x.
struct GaussianNoise {
  static constexpr const char* kName = "GaussianNoise";
  static constexpr MaskRule kMask = MaskRule::pass;

  float stddev = 0;
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("stddev", self.stddev);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// While training y = x e with e normal, of mean 1 and deviation sqrt(rate / (1 - rate)), which is
/// the one that Dropout of this rate has; else y = x.
struct GaussianDropout {
  static constexpr const char* kName = "GaussianDropout";
  static constexpr MaskRule kMask = MaskRule::pass;

  float rate = 0;
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("rate", self.rate);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// Dropout for networks of selu. While training, each element is set to -1.758, the lowest value
/// of selu, with probability `rate`, and the result is scaled and shifted so that mean 0 and
/// variance 1 stay as they are; else y = x. Along axes where noise_shape is 1 all elements share
/// one draw.
struct AlphaDropout {
  static constexpr const char* kName = "AlphaDropout";
  static constexpr MaskRule kMask = MaskRule::pass;

  float rate = 0;
  std::optional<Shape> noise_shape = {};
  std::optional<Index> seed = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("rate", self.rate);
    field("noise_shape", self.noise_shape);
    field("seed", self.seed);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
