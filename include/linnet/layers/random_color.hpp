// RandomBrightness and RandomContrast: pictures in another light while training.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/factor_range.hpp>
#include <linnet/layers/spatial.hpp>
#include <optional>

namespace linnet::inline v0 {

/// While training, y = x + factor (high - low) of value_range {low, high}, cut off at its ends; a
/// number f is the range [-f, f]. One draw for each picture. Factors are in [-1, 1].
struct RandomBrightness {
  static constexpr const char* kName = "RandomBrightness";

  FactorRange factor = 0;
  std::vector<float> value_range = {0, 255};
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("factor", self.factor);
    field("value_range", self.value_range);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// While training, y = (x - mean) factor + mean, cut off at the ends of value_range; the mean is
/// that of a picture's channel, the factor one draw for each picture in [1 - lower, 1 + upper],
/// where `factor` is {lower, upper}, or one number for both as Keras documents. (Keras 3.15 itself
/// takes 0 for `lower` then.) lower is at most 1.
struct RandomContrast {
  static constexpr const char* kName = "RandomContrast";

  FactorRange factor = 0;
  std::vector<float> value_range = {0, 255};
  std::optional<Index> seed = {};
  DataFormat data_format = "channels_last";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("factor", self.factor);
    field("value_range", self.value_range);
    field("seed", self.seed);
    field("data_format", self.data_format);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
