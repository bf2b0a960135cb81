// Layers on the branches of Keras's ready-made networks: LayerScale, StochasticDepth,
// CustomScaleLayer.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// y = x gamma, one learnt factor for each of the projection_dim channels on the last axis, which
/// begin as init_values (ConvNeXt; Touvron et al., 2021).
struct LayerScale {
  static constexpr const char* kName = "LayerScale";

  float init_values = 0;
  Index projection_dim = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("init_values", self.init_values);
    field("projection_dim", self.projection_dim);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// While training, each sample of the batch is 0 with probability drop_path_rate and
/// x / (1 - drop_path_rate) otherwise; else y = x (ConvNeXt; Huang et al., 2016).
struct StochasticDepth {
  static constexpr const char* kName = "StochasticDepth";

  float drop_path_rate = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("drop_path_rate", self.drop_path_rate);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

/// y = a + scale b, for its two inputs a and b (InceptionResNetV2).
struct CustomScaleLayer {
  static constexpr const char* kName = "CustomScaleLayer";

  float scale = 1;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("scale", self.scale);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
